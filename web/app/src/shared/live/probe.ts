import type { RequestRow } from '../api/types';

type RowListener = (row: RequestRow, receivedAtMs: number) => void;

declare global {
  interface Window {
    medcrmProbe?: { rows: () => ReadonlyMap<string, RequestRow>; onRow: (listener: RowListener) => void };
  }
}

const listeners: RowListener[] = [];

/** For the load test only, and only in a browser that asked for it. */
export function exposeProbe(rows: () => ReadonlyMap<string, RequestRow>) {
  if (window.localStorage.getItem('medcrm.probe') !== '1') return;
  window.medcrmProbe = { rows, onRow: (listener) => listeners.push(listener) };
}

export function tellProbe(rows: Iterable<RequestRow>, receivedAtMs: number) {
  if (listeners.length === 0) return;
  for (const row of rows) for (const listener of listeners) listener(row, receivedAtMs);
}
