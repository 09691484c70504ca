'use client';
import { useTranslations } from 'use-intl';
import type { AppointmentSlot, TimelineAppointment, TimelineEvent, TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { clockTime, dayAndTime, fullTime, momentIn } from '@/shared/lib/time';
import styles from './conversation.module.css';

function useVisitWords() {
  const t = useTranslations('event.visit');
  const why = useCodeWords('booking.problems');
  const locale = useAppLocale();
  const place = (slot: AppointmentSlot) =>
    [momentIn(slot.start, slot.timeZone, locale), slot.practitionerName, slot.locationName].filter(Boolean).join(', ');
  return ({ change, status, slot, moveTo, problem }: TimelineAppointment, name: string | undefined) => {
    const isRefused = ['refused', 'moveRefused', 'cancelRefused'].includes(change);
    const told =
      isRefused && problem === 'mis.unclear' ? 'unclear' : change === 'delayed' && status !== 'pending' ? 'delayedStanding' : change;
    const words = t(told, { slot: place(slot), target: moveTo ? place(moveTo) : '…' });
    // A visit keeps its last refusal; what happens to it later has another cause.
    const tellsWhy = isRefused || change === 'delayed' || change === 'differs';
    return [name ? `${name}: ${words}` : words, tellsWhy && problem && why(problem)].filter(Boolean).join('. ');
  };
}

function useEventWords() {
  const t = useTranslations('event');
  const outcomes = useTranslations('outcome');
  const locale = useAppLocale();
  const visit = useVisitWords();
  return (event: TimelineEvent, actor: string | undefined): string => {
    const name = event.agent?.name ?? actor ?? t('somebody');
    switch (event.type) {
      case 'opened':
        return t('opened');
      case 'claimed':
        return t('claimed', { name });
      case 'released':
        return t('released', { name });
      case 'assigned':
        return t('assigned', { name: event.assignee?.name ?? name });
      case 'snoozed': {
        const until = event.until ? dayAndTime(event.until, locale) : '…';
        return event.agent ? t('snoozedBy', { name, until }) : t('snoozed', { until });
      }
      case 'woke':
        return t('woke');
      case 'closed': {
        const outcome = event.outcome ? outcomes(event.outcome) : '—';
        const words = event.agent ? t('closedBy', { name, outcome }) : t('closed', { outcome });
        return event.reason ? `${words}. ${event.reason}` : words;
      }
      case 'reopened':
        return event.agent ? t('reopenedBy', { name }) : t('reopened');
      case 'identified':
        if (!event.patientName) return t('identifiedNone');
        if (event.agent && event.grade === 'certain') return t('identifiedBy', { name, patient: event.patientName });
        return event.grade === 'certain'
          ? t('identifiedCertain', { name: event.patientName })
          : t('identifiedMaybe', { name: event.patientName });
      case 'identificationMissed':
        return t('identificationMissed');
      case 'unlinked':
        return t('unlinked', { name });
      case 'merged':
        return t('merged', { name });
      case 'unmerged':
        return t('unmerged', { name });
      case 'slaBreached':
        return t('slaBreached');
      case 'unreachable':
        return t('unreachable');
      case 'reachable':
        return t('reachable');
      case 'notTold':
        return t('notTold');
      case 'appointment':
        return event.appointment ? visit(event.appointment, event.agent?.name ?? actor) : '';
    }
  };
}

/** What happened to the request, as a thin line between the messages. */
export function EventLine({ item }: { item: TimelineItem }) {
  const words = useEventWords();
  const locale = useAppLocale();
  if (!item.event) return null;
  return (
    <p className={styles.event} data-type={item.event.type} data-change={item.event.appointment?.change}>
      <span>
        {words(item.event, item.agent?.name)}
        {item.event.type === 'notTold' && item.text && <q>{item.text}</q>}
      </span>
      <time dateTime={item.at} title={fullTime(item.at, locale)}>
        {clockTime(item.at, locale)}
      </time>
    </p>
  );
}
