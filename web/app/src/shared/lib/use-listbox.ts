import { type KeyboardEvent, useEffect, useId, useState } from 'react';

interface ListboxOptions {
  count: number;
  onPick: (index: number) => void;
  /** Answers whether the key was used up here; otherwise it goes on to whatever lies around. */
  onEscape?: () => boolean;
}

/** A text field over a list: the focus stays in the field, the arrows move along the list, a plain Enter picks (WAI-ARIA: combobox). */
export function useListbox({ count, onPick, onEscape }: ListboxOptions) {
  const id = useId();
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, count - 1);
  const optionId = (index: number) => `${id}-${index}`;

  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);

  const onKeyDown = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 }[event.key];
    if (to !== undefined && count > 0) {
      event.preventDefault();
      // Only single steps go round: whoever leaps wants the end.
      setActive(event.key.startsWith('Page') ? Math.max(0, Math.min(count - 1, to)) : (to + count) % count);
    } else if (event.key === 'Enter' && isPlain && active >= 0 && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onPick(active);
    } else if (event.key === 'Escape' && onEscape?.()) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return {
    active,
    setActive,
    field: {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': count > 0,
      'aria-controls': id,
      'aria-activedescendant': active >= 0 ? optionId(active) : undefined,
      autoComplete: 'off',
      onKeyDown,
    } as const,
    list: { id },
    option: (index: number) => ({ id: optionId(index), 'aria-selected': index === active, onMouseEnter: () => setActive(index) }),
  };
}
