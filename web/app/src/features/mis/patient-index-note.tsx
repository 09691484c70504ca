'use client';
import { IconAlertTriangle, IconUsers } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { PatientIndexState } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayAndTime } from '@/shared/lib/time';
import styles from './mis.module.css';
import { usePatientIndex } from './use-reconciliation';

type Fullness = 'first' | 'unread' | 'growing' | 'anew' | 'full';

const fullnessOf = ({ listed, readingSince, fullAt }: PatientIndexState): Fullness => {
  if (!listed) return 'growing';
  if (!fullAt) return readingSince ? 'first' : 'unread';
  return readingSince ? 'anew' : 'full';
};

/** How far our list of the MIS's patients is to be trusted when somebody is recognised by it. */
export function PatientIndexNote() {
  const t = useTranslations('mis.index');
  const locale = useAppLocale();
  const index = usePatientIndex();
  if (index.isError && !index.data) return <p className={styles.index}>{t('failed')}</p>;
  if (!index.data) return <p className={styles.index}>{t('loading')}</p>;
  const fullness = fullnessOf(index.data);
  const isSure = fullness === 'full' || fullness === 'anew';
  const values = {
    count: index.data.count,
    since: index.data.readingSince ? dayAndTime(index.data.readingSince, locale) : '',
    full: index.data.fullAt ? dayAndTime(index.data.fullAt, locale) : '',
  };
  return (
    <section className={styles.index} data-sure={isSure} aria-label={t('title')}>
      {isSure ? <IconUsers size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
      <div>
        <p>
          <b>{t('patients', values)}</b> {t(fullness, values)}
        </p>
        {!isSure && <p>{t('meaning')}</p>}
      </div>
    </section>
  );
}
