'use client';
import { IconPhoneCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCallList } from '@/entities/work-list/queries';
import type { CallListRow } from '@/shared/api/types';
import { useNow } from '@/shared/lib/clock';
import { goTo, requestPath } from '@/shared/lib/route';
import controls from '@/shared/ui/controls.module.css';
import { PageFrame, PageWait } from '@/shared/ui/page-frame';
import { PaneState } from '@/shared/ui/pane-state';
import { PickList, usePicked } from '@/shared/ui/pick-list';
import styles from '@/shared/ui/work-desk.module.css';
import { CallRow } from './call-row';
import { inOrder, isLater, useMissed, type WhyCall } from './calls';
import { MissedCall } from './missed-call';
import { VisitCall } from './visit-call';

const reasons = ['missed', 'cancelAsked', 'silent', 'noChannel', 'noShow'] as const satisfies WhyCall[];

interface CallListPageProps {
  /** Opens the booking with this patient: the visit is moved, or another one is booked; `done` when the slot is theirs. */
  onBook: (entry: CallListRow, done: () => void) => void;
}

/** Whom to call and why, one at a time: who is at the telephone is seen by all. */
export function CallListPage({ onBook }: CallListPageProps) {
  const t = useTranslations('calls');
  const list = useCallList();
  const missed = useMissed();
  const now = useNow();
  const [only, setOnly] = useState<WhyCall | null>(null);
  const all = inOrder(list.data?.items ?? [], missed, now);
  const shown = only ? all.filter((call) => call.reason === only) : all;
  const { picked, index, pick } = usePicked(shown);
  const open = () => picked && goTo(requestPath(picked.reason === 'missed' ? picked.row.id : picked.entry.requestId));
  return (
    <PageFrame title={t('title')} hint={t('hint')} onRefresh={() => void list.refetch()}>
      {all.length > 0 && (
        <fieldset className={styles.filters} aria-label={t('filter')}>
          <button type="button" className={controls.button} aria-pressed={only === null} onClick={() => setOnly(null)}>
            {t('all')} {all.length}
          </button>
          {reasons.map((reason) => {
            const count = all.filter((call) => call.reason === reason).length;
            return count > 0 || only === reason ? (
              <button key={reason} type="button" className={controls.button} aria-pressed={only === reason} onClick={() => setOnly(reason)}>
                {t(`reason.${reason}`)} {count}
              </button>
            ) : null;
          })}
        </fieldset>
      )}
      {list.isError && <PaneState tone="trouble" title={t('failed')} hint={t('failedHint')} onRetry={() => void list.refetch()} />}
      {!list.data && !list.isError && all.length === 0 ? (
        <PageWait />
      ) : shown.length === 0 ? (
        !list.isError && <PaneState icon={<IconPhoneCheck size={26} aria-hidden />} title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <div className={styles.desk}>
          <PickList
            items={shown}
            index={index}
            onPick={pick}
            onOpen={open}
            label={t('title')}
            row={(call) => <CallRow call={call} />}
            stateOf={(call) => (isLater(call, now) ? 'later' : undefined)}
          />
          {picked &&
            (picked.reason === 'missed' ? (
              <MissedCall key={picked.id} row={picked.row} />
            ) : (
              <VisitCall key={picked.id} entry={picked.entry} onBook={onBook} />
            ))}
        </div>
      )}
    </PageFrame>
  );
}
