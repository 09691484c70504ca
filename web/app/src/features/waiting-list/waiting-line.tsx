'use client';
import { useTranslations } from 'use-intl';
import { useWishWords } from '@/entities/work-list/wish-words';
import type { WaitingRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { nearMoment, shortMoment } from '@/shared/lib/time';
import styles from '@/shared/ui/work-desk.module.css';

const tones = {
  offered: 'warn',
  accepted: 'good',
  unreachable: 'urgent',
  waiting: undefined,
  booked: 'good',
  removed: undefined,
  expired: undefined,
};

export function WaitingLine({ entry }: { entry: WaitingRow }) {
  const t = useTranslations('waiting');
  const locale = useAppLocale();
  const now = useNow();
  const words = useWishWords();
  return (
    <>
      <span className={styles.first}>
        <span className={styles.name}>{entry.patientName || t('unknown')}</span>
        <time dateTime={entry.createdAt}>{shortMoment(entry.createdAt, now, locale)}</time>
      </span>
      <span>{words(entry)}</span>
      <span className={styles.signs}>
        <span className={styles.sign} data-tone={tones[entry.status]}>
          {t(`status.${entry.status}`)}
        </span>
        {entry.status === 'offered' && entry.offerUntil && (
          <span className={styles.sign} data-tone="warn">
            {t('until', { time: nearMoment(entry.offerUntil, now, locale) })}
          </span>
        )}
      </span>
    </>
  );
}
