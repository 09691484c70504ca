import { useTranslations } from 'use-intl';
import { ApiError, NoAnswer } from '../api/http';
import type { AgentRef, RequestRow } from '../api/types';
import { clockTime, span } from '../lib/time';
import { useAppLocale } from './locale';

/** `too-fast` → `tooFast`, `slot.taken` → `slotTaken`: stable words of the wire as keys of the dictionary. */
const asKey = (code: string) => code.replace(/[-.]([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Translates a stable word of the wire; an unknown one is shown as it is, never swallowed. */
export function useCodeWords(
  section: 'suspicion' | 'reason' | 'quarantine.reasons' | 'contact.reasons' | 'booking.problems' | 'composer.refusal',
) {
  const t = useTranslations(section);
  type Key = Parameters<typeof t>[0];
  return (code: string) => {
    const key = asKey(code) as Key;
    return t.has(key) ? t(key as never) : t('other', { code });
  };
}

export function useDueWords() {
  const t = useTranslations('due');
  const locale = useAppLocale();
  return {
    due(dueAt: string, now: number): { words: string; urgency: 'overdue' | 'soon' | 'calm' } {
      const left = Date.parse(dueAt) - now;
      if (left < 0) {
        const { unit, minutes, hours, days } = span(-left);
        if (unit === 'minutes') return { words: t('overdueMinutes', { minutes }), urgency: 'overdue' };
        if (unit === 'hours') return { words: t('overdueHours', { hours, minutes }), urgency: 'overdue' };
        return { words: t('overdueDays', { days }), urgency: 'overdue' };
      }
      const minutes = Math.ceil(left / 60_000);
      if (minutes < 60) return { words: t('left', { minutes }), urgency: minutes < 15 ? 'soon' : 'calm' };
      return { words: t('until', { time: clockTime(dueAt, locale) }), urgency: 'calm' };
    },
    waiting(since: string, now: number): string {
      const { unit, minutes, hours, days } = span(now - Date.parse(since));
      if (unit === 'minutes') return t('waitsMinutes', { minutes });
      return unit === 'hours' ? t('waitsHours', { hours, minutes }) : t('waitsDays', { days });
    },
  };
}

export function useRefusalWords() {
  const t = useTranslations('actions');
  return (error: unknown, claimedBy?: AgentRef | null): string => {
    if (error instanceof NoAnswer) return t('noAnswer');
    if (!(error instanceof ApiError)) return t('failed');
    if (error.title === 'request.claimed') {
      const owner = error.assignee ?? claimedBy;
      return owner ? t('claimedBy', { name: owner.name }) : t('claimed');
    }
    if (error.title === 'call.no-extension') return t('noExtension');
    if (error.title === 'call.no-phone') return t('noPhone');
    if (error.title === 'call.extension-taken') return t('extensionTaken', { name: error.assignee?.name ?? '—' });
    if (error.title === 'request.closed') return t('requestClosed');
    if (error.title === 'agent.not-found') return t('agentNotFound');
    if (error.status === 404) return t('notFound');
    if (error.status === 403) return t('forbidden');
    return t('refused', { title: error.title });
  };
}

export function useContactRefusalWords() {
  const t = useTranslations('contact.refusals');
  const general = useRefusalWords();
  type Key = Parameters<typeof t>[0];
  return (error: unknown): string => {
    const title = error instanceof ApiError ? error.title : '';
    const birth = error instanceof ApiError && error.status === 400 && JSON.stringify(error.problem).includes('contact.birth-unreadable');
    const key = (birth ? 'birthUnreadable' : asKey(title.replace(/^(contact|patient)\./, ''))) as Key;
    return title && t.has(key) ? t(key) : general(error);
  };
}

export function useBookingRefusalWords() {
  const t = useTranslations('booking');
  const why = useCodeWords('booking.problems');
  const known = useTranslations('booking.problems');
  const general = useRefusalWords();
  return (error: unknown): string => {
    if (!(error instanceof ApiError)) return general(error);
    const { heldBy } = error.problem as { heldBy?: AgentRef | null };
    if (error.title === 'slot.held' && heldBy) return t('heldByOther', { name: heldBy.name });
    return known.has(asKey(error.title) as Parameters<typeof known.has>[0]) ? why(error.title) : general(error);
  };
}

/** Refusals of the call list and the waiting list: who was quicker is named. */
export function useListRefusalWords() {
  const t = useTranslations('lists.refusals');
  const general = useBookingRefusalWords();
  return (error: unknown): string => {
    if (!(error instanceof ApiError)) return general(error);
    const { takenBy, doneBy } = error.problem as { takenBy?: AgentRef | null; doneBy?: AgentRef | null };
    switch (error.title) {
      case 'call-list.taken':
        return t('callTaken', { name: takenBy?.name ?? '—' });
      case 'call-list.done':
        return doneBy ? t('callDone', { name: doneBy.name }) : t('callSettled');
      case 'call-list.too-late':
        return t('callTooLate');
      case 'waiting-list.taken':
        return takenBy ? t('offerTaken', { name: takenBy.name }) : t('offerAnswered');
      case 'waiting-list.offer-over':
        return t('offerOver');
      case 'call-list.not-found':
      case 'waiting-list.not-found':
        return t('gone');
      default:
        return general(error);
    }
  };
}

export function useSizeWords() {
  const t = useTranslations('size');
  return (bytes: number) => {
    if (bytes < 1024) return t('bytes', { value: bytes });
    if (bytes < 1024 * 1024) return t('kilobytes', { value: Math.round(bytes / 1024) });
    return t('megabytes', { value: Math.round((bytes / 1024 / 1024) * 10) / 10 });
  };
}

/** «Пропущенный звонок», «3 пропущенных звонка», «Вам звонили» in a row of the list. */
export function useLastCallWords() {
  const t = useTranslations('call');
  return (last: NonNullable<RequestRow['lastCall']>): string => {
    if (last.missed > 0) return t('missed', { count: last.missed });
    if (!last.outcome) return t('talking');
    if (last.direction === 'outbound') return last.outcome === 'answered' ? t('outboundAnswered') : t('outboundFailed');
    return t('inboundAnswered');
  };
}

export function useDurationWords() {
  const t = useTranslations('call');
  return (seconds: number) =>
    seconds < 60 ? t('seconds', { seconds }) : t('minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

/** A connector goes by the channel that people know it as. */
const knownAs: Record<string, string> = { webchat: 'chat', telephony: 'phone' };

export function useConnectorWords() {
  const t = useTranslations('channel');
  type Key = Parameters<typeof t>[0];
  return (connector: string): string => {
    const key = (knownAs[connector.toLowerCase()] ?? connector.toLowerCase()) as Key;
    return t.has(key) ? t(key) : connector;
  };
}
