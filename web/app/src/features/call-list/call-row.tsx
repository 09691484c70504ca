'use client';
import { useTranslations } from 'use-intl';
import { useMyId } from '@/entities/session/store';
import { useAppLocale } from '@/shared/i18n/locale';
import { useLastCallWords } from '@/shared/i18n/words';
import { useNow } from '@/shared/lib/clock';
import { knownAs } from '@/shared/lib/known-as';
import { momentIn, nearMoment, shortMoment } from '@/shared/lib/time';
import styles from '@/shared/ui/work-desk.module.css';
import { callerOf, isLater, type ToCall } from './calls';

const tones = { missed: 'urgent', cancelAsked: 'urgent', noChannel: 'warn', silent: 'warn', noShow: 'warn' } as const;

export function CallRow({ call }: { call: ToCall }) {
  const t = useTranslations('calls');
  const locale = useAppLocale();
  const now = useNow();
  const me = useMyId();
  const calls = useLastCallWords();
  const who = call.reason === 'missed' ? knownAs(call.row) : call.entry.patientName;
  const takenBy = call.reason === 'missed' ? call.row.assignee : callerOf(call.entry, now);
  return (
    <>
      <span className={styles.first}>
        <span className={styles.name}>{who || t('unknown')}</span>
        {call.reason === 'missed' ? (
          call.row.lastCall && <time dateTime={call.row.lastCall.at}>{shortMoment(call.row.lastCall.at, now, locale)}</time>
        ) : (
          <time dateTime={call.entry.slot.start}>{momentIn(call.entry.slot.start, call.entry.slot.timeZone, locale)}</time>
        )}
      </span>
      {call.reason !== 'missed' && (
        <span>{[call.entry.slot.practitionerName, call.entry.slot.locationName].filter(Boolean).join(' · ')}</span>
      )}
      <span className={styles.signs}>
        <span className={styles.sign} data-tone={tones[call.reason]}>
          {call.reason === 'missed' && call.row.lastCall ? calls(call.row.lastCall) : t(`reason.${call.reason}`)}
        </span>
        {isLater(call, now) && call.reason !== 'missed' && (
          <span className={styles.sign}>{t('later', { time: nearMoment(call.entry.callAt ?? '', now, locale) })}</span>
        )}
        {takenBy && (
          <span className={styles.sign} data-tone="good">
            {call.reason === 'missed'
              ? takenBy.id === me
                ? t('yours')
                : takenBy.name
              : takenBy.id === me
                ? t('youCall')
                : t('calls', { name: takenBy.name })}
          </span>
        )}
      </span>
    </>
  );
}
