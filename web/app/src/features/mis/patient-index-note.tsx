'use client';
import { IconAlertTriangle, IconUsers } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { fullnessOf, usePatientIndex } from '@/entities/patient-index/queries';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayAndTime } from '@/shared/lib/time';
import styles from './mis.module.css';

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
