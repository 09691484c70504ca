'use client';
import { Button } from '@mantine/core';
import { IconArrowsDiff, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { PageFrame, PageWait } from '@/shared/ui/page-frame';
import { PaneState } from '@/shared/ui/pane-state';
import styles from './mis.module.css';
import { PatientIndexNote } from './patient-index-note';
import { ReportCard } from './report-card';
import { type Outcome, useReconciliation, useSeconds } from './use-reconciliation';

/** What we and the MIS say otherwise about visits, each night's and whenever somebody asks; and how well we know its patients. */
export function MisPage({ mayRun }: { mayRun: boolean }) {
  const t = useTranslations('mis');
  const { reports, outcome, running, isMine, run, refresh } = useReconciliation();
  const items = reports.data?.items;
  return (
    <PageFrame title={t('title')} hint={t('hint')} onRefresh={refresh} notice={<PatientIndexNote />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className={styles.body} aria-label={t('reports')} tabIndex={0}>
        <div className={styles.run}>
          {mayRun ? (
            <Button
              size="sm"
              leftSection={<IconArrowsDiff size={16} aria-hidden />}
              aria-disabled={running}
              data-disabled={running || undefined}
              onClick={() => !running && run()}
            >
              {running ? t('running') : t('run')}
            </Button>
          ) : (
            <p>{t('outcome.forbidden')}</p>
          )}
          <Progress running={running} isMine={isMine} outcome={outcome} />
        </div>
        {!items ? (
          reports.isError ? (
            <PaneState
              tone="trouble"
              icon={<IconPlugConnectedX size={26} aria-hidden />}
              title={t('failed')}
              onRetry={() => void reports.refetch()}
            />
          ) : (
            <PageWait />
          )
        ) : items.length === 0 ? (
          <PaneState title={t('empty')} hint={t('emptyHint')} />
        ) : (
          items.map((report, place) => <ReportCard key={report.startedAt} report={report} opened={place === 0} />)
        )}
      </section>
    </PageFrame>
  );
}

/** Says what is known and no more: how far the MIS is with its list, nobody can tell. */
function Progress({ running, isMine, outcome }: { running: boolean; isMine: boolean; outcome: Outcome | null }) {
  const t = useTranslations('mis');
  const seconds = useSeconds(isMine);
  const told = running ? null : outcome;
  return (
    <div className={styles.progress}>
      {running && (
        <>
          <progress aria-label={t('running')} />
          {/* When somebody else's began, nobody here knows. */}
          {isMine && <p aria-hidden>{t('seconds', { seconds })}</p>}
        </>
      )}
      <p role="status" data-tone={told && told.is !== 'done' ? 'trouble' : undefined}>
        {running && t('runningHint')}
        {told?.is === 'done' &&
          t('outcome.done', {
            counted: told.report.counted,
            repaired: told.report.repaired.length,
            differing: told.report.differing.length,
          })}
        {told && told.is !== 'done' && t(`outcome.${told.is}`)}
      </p>
    </div>
  );
}
