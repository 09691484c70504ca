import { type HotkeyItem, useHotkeys } from '@mantine/hooks';

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
  search: { keys: ['Slash'], shown: '/' },
  views: { keys: [], shown: '1 – 4' },
  answerCall: { keys: ['O'], shown: 'O' },
  callBack: { keys: ['C'], shown: 'C' },
  send: { keys: [], shown: 'Ctrl + Enter' },
  stepOut: { keys: [], shown: 'Esc' },
  help: { keys: ['shift+Slash'], shown: '?' },
} as const satisfies Record<string, { keys: readonly string[]; shown: string }>;

export type ShortcutId = keyof typeof shortcuts;

const dialogIsOpen = () => document.querySelector('[aria-modal="true"]') !== null;

/** Physical keys, so that J is J on ЙЦУКЕН too; silent inside inputs and while a dialog is open. */
export function usePhysicalKeys(
  handlers: Partial<Record<ShortcutId, (event: KeyboardEvent) => void>>,
  more: readonly [string, () => void][] = [],
) {
  const guarded = (handler: (event: KeyboardEvent) => void) => (event: KeyboardEvent) => {
    if (!dialogIsOpen()) handler(event);
  };
  const items: HotkeyItem[] = [];
  for (const [id, handler] of Object.entries(handlers)) {
    for (const key of shortcuts[id as ShortcutId].keys) items.push([key, guarded(handler), { usePhysicalKeys: true }]);
  }
  for (const [key, handler] of more) items.push([key, guarded(handler), { usePhysicalKeys: true, preventDefault: false }]);
  useHotkeys(items);
}
