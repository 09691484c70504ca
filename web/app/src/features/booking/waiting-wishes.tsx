'use client';
import { useTranslations } from 'use-intl';
import { useKeep, useWaitingOf } from '@/entities/work-list/queries';
import { useWishWords } from '@/entities/work-list/wish-words';
import { removeFromWaitingList } from '@/shared/api/endpoints';
import type { WaitingRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useListRefusalWords } from '@/shared/i18n/words';
import { followInside, waitingListPath } from '@/shared/lib/route';
import { localMoment } from '@/shared/lib/time';
import controls from '@/shared/ui/controls.module.css';
import { toast } from '@/shared/ui/toast-store';
import styles from './booking.module.css';

/** What this request waits for. */
export function WaitingWishes({ requestId }: { requestId: string }) {
  const t = useTranslations('booking.waiting');
  const statuses = useTranslations('waiting.status');
  const locale = useAppLocale();
  const words = useWishWords();
  const keep = useKeep();
  const refusal = useListRefusalWords();
  const wishes = useWaitingOf(requestId).data?.items ?? [];
  if (wishes.length === 0) return null;
  const remove = async (wish: WaitingRow) => {
    try {
      keep.waiting(await removeFromWaitingList(wish.id));
    } catch (error) {
      toast('trouble', refusal(error));
    }
    keep.refresh('waiting');
  };
  return (
    <ul className={styles.visits} aria-label={t('list')}>
      {wishes.map((wish) => (
        <li key={wish.id} className={styles.visit}>
          <span className={styles.signs}>
            <a href={waitingListPath} onClick={followInside}>
              {t('list')}
            </a>
            <span className={styles.status} data-status={wish.status === 'waiting' ? undefined : 'pending'}>
              {statuses(wish.status)}
            </span>
          </span>
          <span>{words(wish)}</span>
          {wish.offered && <span>{t('offered', { time: localMoment(wish.offered.localStart, locale) })}</span>}
          {wish.status !== 'accepted' && (
            <span className={styles.choices}>
              <button type="button" className={controls.button} onClick={() => void remove(wish)}>
                {t('remove')}
              </button>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
