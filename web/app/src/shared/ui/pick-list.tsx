'use client';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { usePhysicalKeys } from '../lib/hotkeys';
import styles from './pick-list.module.css';

const PAGE = 8;

/** What is picked out of a live list: when it leaves the list, whatever has come to its place is picked. */
export function usePicked<T extends { id: string }>(items: readonly T[]) {
  const [wanted, setWanted] = useState<string | null>(null);
  const place = useRef(0);
  const found = items.findIndex((each) => each.id === wanted);
  const index = found >= 0 ? found : Math.min(place.current, items.length - 1);
  useEffect(() => {
    place.current = Math.max(0, index);
  }, [index]);
  const picked = items[index] ?? null;
  const id = picked?.id ?? null;
  useEffect(() => setWanted(id), [id]);
  return { picked, index, pick: setWanted };
}

interface PickListProps<T> {
  items: readonly T[];
  /** Which is picked. */
  index: number;
  onPick: (id: string) => void;
  onOpen: () => void;
  label: string;
  row: (item: T) => ReactNode;
  /** Of the row, for its colours. */
  stateOf?: (item: T) => string | undefined;
}

/** A list one walks with J, K and the arrows, whatever has the focus (WAI-ARIA: listbox). */
export function PickList<T extends { id: string }>({ items, index, onPick, onOpen, label, row, stateOf }: PickListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const id = items[index]?.id;
  useEffect(() => {
    if (id) document.getElementById(`pick-${id}`)?.scrollIntoView({ block: 'nearest' });
  }, [id]);
  const step = (by: number) => {
    const to = items[Math.max(0, Math.min(items.length - 1, index + by))];
    if (to) onPick(to.id);
  };
  const unlessFocused = (act: () => void) => () => {
    if (document.activeElement === document.body) act();
  };
  usePhysicalKeys({ next: () => step(1), previous: () => step(-1) }, [
    ['ArrowDown', unlessFocused(() => step(1))],
    ['ArrowUp', unlessFocused(() => step(-1))],
    ['Enter', unlessFocused(onOpen)],
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -items.length, End: items.length }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      step(by);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onOpen();
    }
  };
  return (
    <div
      ref={box}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={id ? `pick-${id}` : undefined}
      onKeyDown={onKeyDown}
    >
      {items.map((item, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox owns the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the listbox owns the focus (aria-activedescendant)
        <div
          key={item.id}
          id={`pick-${item.id}`}
          role="option"
          aria-selected={place === index}
          className={styles.row}
          data-state={stateOf?.(item)}
          onClick={() => onPick(item.id)}
        >
          {row(item)}
        </div>
      ))}
    </div>
  );
}
