import { useTranslations } from 'use-intl';
import type { SlotRow, UnderstoodWords } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayOf, localMoment } from '@/shared/lib/time';

/** When, by the branch's clock; its city is named when the reader's own clock shows another time. */
export function useSlotTime() {
  const locale = useAppLocale();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (slot: SlotRow) => {
    const city = slot.timeZone === here ? '' : ` (${slot.timeZone.split('/').at(-1)?.replaceAll('_', ' ')})`;
    return localMoment(slot.localStart, locale) + city;
  };
}

/** What was read out of the words, so that a misreading is seen before it is booked. */
export function Understood({ words }: { words: UnderstoodWords }) {
  const t = useTranslations('booking');
  const locale = useAppLocale();
  const parts = [
    ...words.specialties,
    ...words.practitioners,
    ...words.locations,
    ...words.days.map(({ from, to }) => (from === to ? dayOf(from, locale) : `${dayOf(from, locale)} – ${dayOf(to, locale)}`)),
    words.after && t('after', { time: words.after }),
    words.before && t('before', { time: words.before }),
  ].filter(Boolean);
  return <>{parts.length > 0 ? t('understood', { what: parts.join(' · ') }) : t('understoodNothing')}</>;
}
