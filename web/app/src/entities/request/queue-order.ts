import type { RequestRow } from '@/shared/api/types';

export type QueueView = 'mine' | 'unassigned' | 'open' | 'closed';
export type QueueSort = 'recent' | 'deadline';

export function inView(row: RequestRow, view: QueueView, me: string | null): boolean {
  if (view === 'closed') return row.status === 'closed';
  if (row.status === 'closed') return false;
  if (view === 'mine') return me !== null && row.assignee?.id === me;
  if (view === 'unassigned') return !row.assignee;
  return true;
}

/** Instant matching while the server searches deeper. `text` is trimmed and in lower case. */
export function matchesText(row: RequestRow, text: string): boolean {
  const { name, phone, email } = row.contact;
  const number = text.replace(/^№\s*/, '');
  if (String(row.number).startsWith(number)) return true;
  const digits = text.replace(/\D/g, '');
  if (digits.length >= 4 && phone?.replace(/\D/g, '').includes(digits.replace(/^8(?=\d{10}$)/, '7'))) return true;
  return [name, email, row.subject, row.preview, row.patient?.name].some((part) => part?.toLowerCase().includes(text));
}

export const isAwaitingAnswer = (row: RequestRow) => (row.status === 'new' || row.status === 'inProgress') && !!row.firstResponseDueAt;

export function ranking(sort: QueueSort): (a: RequestRow, b: RequestRow) => number {
  const recent = (a: RequestRow, b: RequestRow) =>
    a.lastContactAt < b.lastContactAt ? 1 : a.lastContactAt > b.lastContactAt ? -1 : b.number - a.number;
  if (sort === 'recent') return recent;
  return (a, b) => {
    const dueA = isAwaitingAnswer(a) ? Date.parse(a.firstResponseDueAt as string) : Number.POSITIVE_INFINITY;
    const dueB = isAwaitingAnswer(b) ? Date.parse(b.firstResponseDueAt as string) : Number.POSITIVE_INFINITY;
    if (dueA !== dueB) return dueA - dueB;
    return Date.parse(a.lastContactAt) - Date.parse(b.lastContactAt); // without a deadline: who waits longest
  };
}
