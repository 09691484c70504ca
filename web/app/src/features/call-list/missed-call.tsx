'use client';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import type { RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useLastCallWords } from '@/shared/i18n/words';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { knownAs } from '@/shared/lib/known-as';
import { dayAndTime } from '@/shared/lib/time';
import { Phones } from '@/shared/ui/phones';
import { RequestLink } from '@/shared/ui/request-link';
import styles from '@/shared/ui/work-desk.module.css';

/** Somebody called in vain. Any conversation with them, in whatever channel, takes them off the list. */
export function MissedCall({ row }: { row: RequestRow }) {
  const t = useTranslations('calls');
  const locale = useAppLocale();
  const calls = useLastCallWords();
  const canCall = useCanCall();
  const callBack = useCallBack();
  const { phone } = row.contact;
  const ring = () => void callBack(row.id);
  usePhysicalKeys({ callBack: () => canCall && phone && ring() });
  return (
    <section className={styles.details} aria-label={t('details')}>
      <h2>{knownAs(row) || t('unknown')}</h2>
      <p>{t('why.missed')}</p>
      <Phones phones={phone ? [phone] : []} onCall={canCall ? ring : null} />
      <dl className={styles.facts}>
        {row.lastCall && (
          <>
            <dt>{calls(row.lastCall)}</dt>
            <dd>{dayAndTime(row.lastCall.at, locale)}</dd>
          </>
        )}
        <dt>{t('request')}</dt>
        <dd>
          <RequestLink id={row.id}>{t('openRequest', { number: String(row.number) })}</RequestLink>
        </dd>
        {row.assignee && (
          <>
            <dt>{t('owner')}</dt>
            <dd>{row.assignee.name}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
