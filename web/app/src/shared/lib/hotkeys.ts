import { type HotkeyItem, useHotkeys } from '@mantine/hooks';

interface Shortcut {
  keys: readonly string[];
  shown: string;
  /** Works inside inputs too. */
  anywhere?: boolean;
}

/** Every shortcut of the window: what the help sheet shows and what the handlers listen to are one list. */
export const shortcuts = {
  next: { keys: ['J'], shown: 'J / ↓' },
  previous: { keys: ['K'], shown: 'K / ↑' },
  open: { keys: [], shown: 'Enter' },
  reply: { keys: ['R'], shown: 'R' },
  note: { keys: ['N'], shown: 'N' },
  take: { keys: ['T'], shown: 'T' },
  assign: { keys: ['A'], shown: 'A' },
  snooze: { keys: ['S'], shown: 'S' },
  close: { keys: ['E'], shown: 'E' },
  confirmPatient: { keys: ['Y'], shown: 'Y' },
  declinePatient: { keys: ['X'], shown: 'X' },
  book: { keys: ['B'], shown: 'B' },
  palette: { keys: ['mod+K'], shown: 'Ctrl + K', anywhere: true },
  // Where ЙЦУКЕН has them too: «?» is Shift+7 there, «/» is Shift+\\.
  search: { keys: ['Slash', 'shift+Backslash'], shown: '/' },
  views: { keys: [], shown: '1 – 4' },
  answerCall: { keys: ['O'], shown: 'O' },
  callBack: { keys: ['C'], shown: 'C' },
  callList: { keys: ['L'], shown: 'L' },
  waitingList: { keys: ['W'], shown: 'W' },
  inbox: { keys: ['I'], shown: 'I' },
  callResults: { keys: [], shown: '1 – 5' },
  offerResults: { keys: [], shown: '1 – 3' },
  send: { keys: [], shown: 'Ctrl + Enter' },
  stepOut: { keys: [], shown: 'Esc' },
  help: { keys: ['shift+Slash', 'shift+Digit7'], shown: '?' },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof shortcuts;

const dialogIsOpen = () => document.querySelector('[aria-modal="true"]') !== null;

/** Physical keys, so that J is J on ЙЦУКЕН too; silent while a dialog is open, and inside inputs but for those that work anywhere. */
export function usePhysicalKeys(
  handlers: Partial<Record<ShortcutId, (event: KeyboardEvent) => void>>,
  more: readonly [string, (event: KeyboardEvent) => void][] = [],
) {
  const guarded = (handler: (event: KeyboardEvent) => void) => (event: KeyboardEvent) => {
    if (!dialogIsOpen()) handler(event);
  };
  const items: HotkeyItem[] = [];
  const anywhere: HotkeyItem[] = [];
  for (const [id, handler] of Object.entries(handlers)) {
    const shortcut: Shortcut = shortcuts[id as ShortcutId];
    for (const key of shortcut.keys) (shortcut.anywhere ? anywhere : items).push([key, guarded(handler), { usePhysicalKeys: true }]);
  }
  for (const [key, handler] of more) items.push([key, guarded(handler), { usePhysicalKeys: true, preventDefault: false }]);
  useHotkeys(items);
  useHotkeys(anywhere, []);
}
