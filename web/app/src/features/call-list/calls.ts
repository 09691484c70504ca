import { useMemo } from 'react';
import { rowOf, useQueue } from '@/entities/request/store';
import type { CallListRow, CallReason, RequestRow } from '@/shared/api/types';

/** Somebody to be called: about a visit, or because they called in vain. */
export type ToCall = { id: string; reason: CallReason; entry: CallListRow } | { id: string; reason: 'missed'; row: RequestRow };
export type WhyCall = ToCall['reason'];

const isMissed = (row: RequestRow) => row.status !== 'closed' && row.status !== 'snoozed' && (row.lastCall?.missed ?? 0) > 0;

/** Requests of those who called in vain and were not reached since. The feed keeps them. */
export function useMissed(): RequestRow[] {
  const mark = useQueue((s) =>
    [...s.byId.values()]
      .filter(isMissed)
      .map((row) => `${row.id} ${row.rev}`)
      .join(),
  );
  return useMemo(
    () =>
      mark
        .split(',')
        .map((each) => rowOf(each.split(' ')[0] ?? ''))
        .filter((row) => row !== undefined),
    [mark],
  );
}

/** Who is at the telephone with them now; whoever walked away from it does not keep them for ever. */
export const callerOf = (entry: CallListRow, now: number) =>
  entry.takenBy && entry.takenUntil && Date.parse(entry.takenUntil) > now ? entry.takenBy : null;

export const isLater = (call: ToCall, now: number) =>
  call.reason !== 'missed' && Boolean(call.entry.callAt) && Date.parse(call.entry.callAt ?? '') > now;

/** Who called waits already, the longest first; then the nearest visit; at the end whoever is to be called later. */
export function inOrder(entries: readonly CallListRow[], missed: readonly RequestRow[], now: number): ToCall[] {
  const rank = (call: ToCall) => (isLater(call, now) ? 2 : call.reason === 'missed' ? 0 : 1);
  const due = (call: ToCall) =>
    Date.parse(
      call.reason === 'missed' ? (call.row.lastCall?.at ?? '') : isLater(call, now) ? (call.entry.callAt ?? '') : call.entry.slot.start,
    );
  return [
    ...missed.map((row): ToCall => ({ id: row.id, reason: 'missed', row })),
    ...entries.map((entry): ToCall => ({ id: entry.id, reason: entry.reason, entry })),
  ].sort((a, b) => rank(a) - rank(b) || due(a) - due(b) || (a.id < b.id ? -1 : 1));
}

const MORNING_HOUR = 9;

/** When to try again: soon, in two hours, tomorrow morning; of a visit to come only what lies before it. */
export function laterChoices(start: string, now: Date): { key: 'halfHour' | 'twoHours' | 'tomorrow'; until: Date }[] {
  const choices = [
    { key: 'halfHour', until: new Date(now.getTime() + 30 * 60_000) },
    { key: 'twoHours', until: new Date(now.getTime() + 120 * 60_000) },
    { key: 'tomorrow', until: new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR) },
  ] as const;
  const visit = Date.parse(start);
  return choices.filter(({ until }) => visit <= now.getTime() || until.getTime() < visit);
}
