'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { setAtTop, setBusy, showArrived, useQueue } from '@/entities/request/store';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { goTo, requestPath, useRequestId } from '@/shared/lib/route';
import styles from './queue.module.css';
import { QueueRow } from './queue-row';

const ROW_HEIGHT = 76;
const KEYS_CALM_DOWN_MS = 3_000;
const rowHeight = () => ROW_HEIGHT;

export function QueueList({ empty }: { empty: ReactNode }) {
  const t = useTranslations('queue');
  const order = useQueue((s) => s.order);
  const arrived = useQueue((s) => s.arrived.length);
  const view = useQueue((s) => s.view);
  const selected = useRequestId();
  const scroller = useRef<HTMLDivElement>(null);
  const calmDown = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Unstable functions here would make the virtualizer measure every row again on every render.
  const itemKey = useCallback((index: number) => order[index] ?? index, [order]);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    overscan: 6,
    getItemKey: itemKey,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const atTop = (virtual.scrollOffset ?? 0) < 8;
  useEffect(() => setAtTop(atTop), [atTop]);

  const pick = useCallback((id: string) => goTo(requestPath(id)), []);
  const step = (by: number) => {
    setBusy(true);
    clearTimeout(calmDown.current);
    calmDown.current = setTimeout(() => setBusy(false), KEYS_CALM_DOWN_MS);
    const ids = useQueue.getState().order;
    const from = selected ? ids.indexOf(selected) : -1;
    const to = Math.max(0, Math.min(ids.length - 1, from + by));
    const id = ids[to];
    if (id === undefined) return;
    goTo(requestPath(id), selected ? 'replace' : 'push');
    virtual.scrollToIndex(to, { align: 'auto' });
  };
  // Arrows and Enter belong to whatever holds the focus; only when nothing does they are the queue's.
  const unlessFocused = (act: () => void) => () => {
    if (document.activeElement === document.body) act();
  };
  const read = () => document.getElementById('timeline')?.focus();
  usePhysicalKeys({ next: () => step(1), previous: () => step(-1) }, [
    ['ArrowDown', unlessFocused(() => step(1))],
    ['ArrowUp', unlessFocused(() => step(-1))],
    ['Enter', unlessFocused(read)],
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 7, PageUp: -7, Home: -order.length, End: order.length }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      step(by);
    } else if (event.key === 'Enter' && selected) {
      event.preventDefault();
      read();
    }
  };

  const selectedShown = selected !== null && items.some((item) => order[item.index] === selected);
  return (
    <div className={styles.frame}>
      {arrived > 0 && (
        <button
          type="button"
          className={styles.pill}
          onClick={() => {
            showArrived();
            virtual.scrollToIndex(0);
          }}
        >
          {t('arrived', { count: arrived })}
        </button>
      )}
      {order.length === 0 ? (
        empty
      ) : (
        <div
          ref={scroller}
          className={styles.list}
          role="listbox"
          tabIndex={0}
          aria-label={t('title')}
          aria-activedescendant={selectedShown ? `row-${selected}` : undefined}
          onKeyDown={onKeyDown}
          onPointerEnter={() => setBusy(true)}
          onPointerLeave={() => setBusy(false)}
        >
          <div className={styles.canvas} role="presentation" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const id = order[item.index];
              return id === undefined ? null : (
                <QueueRow
                  key={item.key}
                  id={id}
                  view={view}
                  top={item.start}
                  position={item.index + 1}
                  total={order.length}
                  selected={id === selected}
                  onPick={pick}
                />
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}
