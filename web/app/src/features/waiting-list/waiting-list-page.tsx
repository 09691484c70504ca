'use client';
import { IconHourglassEmpty } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { useWaitingList } from '@/entities/work-list/queries';
import type { WaitingRow } from '@/shared/api/types';
import { goTo, requestPath } from '@/shared/lib/route';
import { PageFrame, PageWait } from '@/shared/ui/page-frame';
import { PaneState } from '@/shared/ui/pane-state';
import { PickList, usePicked } from '@/shared/ui/pick-list';
import styles from '@/shared/ui/work-desk.module.css';
import { WaitingDetails } from './waiting-details';
import { WaitingLine } from './waiting-line';

const rank = { offered: 0, accepted: 1, unreachable: 2, waiting: 3, booked: 4, removed: 4, expired: 4 } as const;

/** First who has an offer that is running out, then who must be told by a person, then by how long they wait. */
const inOrder = (items: readonly WaitingRow[]) =>
  [...items].sort(
    (a, b) =>
      rank[a.status] - rank[b.status] || (a.offerUntil ?? a.createdAt).localeCompare(b.offerUntil ?? b.createdAt) || (a.id < b.id ? -1 : 1),
  );

interface WaitingListPageProps {
  /** Opens the booking with this patient; `done` when a slot is theirs. */
  onBook: (entry: WaitingRow, done: () => void) => void;
}

/** Who would come if something were free, and what is offered to them now. */
export function WaitingListPage({ onBook }: WaitingListPageProps) {
  const t = useTranslations('waiting');
  const list = useWaitingList();
  const items = inOrder(list.data?.items ?? []);
  const { picked, index, pick } = usePicked(items);
  return (
    <PageFrame title={t('title')} hint={t('hint')} onRefresh={() => void list.refetch()}>
      {list.isError && <PaneState tone="trouble" title={t('failed')} hint={t('failedHint')} onRetry={() => void list.refetch()} />}
      {!list.data ? (
        !list.isError && <PageWait />
      ) : items.length === 0 ? (
        <PaneState icon={<IconHourglassEmpty size={26} aria-hidden />} title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <div className={styles.desk}>
          <PickList
            items={items}
            index={index}
            onPick={pick}
            onOpen={() => picked && goTo(requestPath(picked.requestId))}
            label={t('title')}
            row={(entry) => <WaitingLine entry={entry} />}
          />
          {picked && <WaitingDetails key={picked.id} entry={picked} onBook={onBook} />}
        </div>
      )}
    </PageFrame>
  );
}
