'use client';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import type { RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useLastCallWords } from '@/shared/i18n/words';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { readablePhone } from '@/shared/lib/phone';
import { followInside, requestPath } from '@/shared/lib/route';
import { dayAndTime } from '@/shared/lib/time';
import { Phones } from '@/shared/ui/phones';
import styles from '@/shared/ui/work-desk.module.css';

/** Somebody called in vain. Any conversation with them, in whatever channel, takes them off the list. */
export function MissedCall({ row }: { row: RequestRow }) {
  const t = useTranslations('calls');
  const locale = useAppLocale();
  const calls = useLastCallWords();
  const canCall = useCanCall();
  const callBack = useCallBack();
  const { name, phone } = row.contact;
  const ring = () => void callBack(row.id);
  usePhysicalKeys({ callBack: () => canCall && phone && ring() });
  return (
    <section className={styles.details} aria-label={t('details')}>
      <h2>{name || row.patient?.name || (phone && readablePhone(phone)) || t('unknown')}</h2>
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
          <a href={requestPath(row.id)} onClick={followInside}>
            {t('openRequest', { number: String(row.number) })}
          </a>{' '}
          <kbd aria-hidden>Enter</kbd>
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
