'use client';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ReconciledVisit, ReconciliationReport } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { followInside, requestPath } from '@/shared/lib/route';
import { calendarDate, dayAndTime } from '@/shared/lib/time';
import styles from './mis.module.css';

const quietWords = ({ counted, agreed, adopted }: ReconciliationReport) => {
  if (counted === 0) return adopted === 0 ? 'nothingToCompare' : null;
  return agreed === counted ? 'allAgree' : 'allButWaiting';
};

/** One comparison: its figures, and every visit that was not the same on both sides. */
export function ReportCard({ report, opened }: { report: ReconciliationReport; opened: boolean }) {
  const t = useTranslations('mis');
  const locale = useAppLocale();
  const { counted, agreed, waiting, repaired, differing, adopted } = report;
  const figures = { counted, agreed, waiting, repaired: repaired.length, differing: differing.length, adopted };
  const quiet = differing.length === 0 && repaired.length === 0 ? quietWords(report) : null;
  // A newer report above must not close the one that is being read.
  const [initially] = useState(opened);
  return (
    <details className={styles.report} open={initially || undefined}>
      <summary>
        <time dateTime={report.startedAt}>{dayAndTime(report.startedAt, locale)}</time>
        <span>{report.by ? t('by', { name: report.by.name }) : t('night', { day: calendarDate(report.forDay, locale) })}</span>
        <span className={styles.sum} data-open={differing.length > 0}>
          {t('sum', figures)}
        </span>
      </summary>
      <dl className={styles.figures}>
        {(['counted', 'agreed', 'waiting', 'repaired', 'differing', 'adopted'] as const).map((figure) => (
          <div key={figure}>
            <dt>{t(`figure.${figure}`)}</dt>
            <dd>{figures[figure]}</dd>
          </div>
        ))}
      </dl>
      {quiet && <p className={styles.quiet}>{t(quiet)}</p>}
      <Visits title={t('differing')} hint={t('differingHint')} visits={differing} />
      <Visits title={t('repaired')} hint={t('repairedHint')} visits={repaired} />
    </details>
  );
}

function Visits({ title, hint, visits }: { title: string; hint: string; visits: ReconciledVisit[] }) {
  const t = useTranslations('mis');
  const locale = useAppLocale();
  if (visits.length === 0) return null;
  return (
    <section className={styles.visits} aria-label={title}>
      <h2>
        {title} <small>{visits.length}</small>
      </h2>
      <p>{hint}</p>
      <ul>
        {visits.map((visit) => (
          <li key={visit.appointmentId}>
            <a href={requestPath(visit.requestId)} onClick={followInside}>
              {t('visit', { at: dayAndTime(visit.start, locale) })} <IconArrowRight size={14} aria-hidden />
            </a>
            {visit.reasons.length > 0 ? <span lang="ru">{visit.reasons.join('; ')}</span> : <span>{t('agreesAgain')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
