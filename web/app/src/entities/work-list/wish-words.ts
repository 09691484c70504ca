import { useTranslations } from 'use-intl';
import type { WaitingRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayOf } from '@/shared/lib/time';

/** «оториноларинголог · На Ленина · пн, 23 нояб. – пн, 23 дек. · после 17:00». */
export function useWishWords() {
  const t = useTranslations('booking');
  const locale = useAppLocale();
  return ({ specialties, practitioners, locations, fromDay, toDay, after, before }: WaitingRow) =>
    [
      ...specialties,
      ...practitioners,
      ...locations,
      fromDay === toDay ? dayOf(fromDay, locale) : `${dayOf(fromDay, locale)} – ${dayOf(toDay, locale)}`,
      after && t('after', { time: after }),
      before && t('before', { time: before }),
    ]
      .filter(Boolean)
      .join(' · ');
}
