'use client';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { inView, isAwaitingAnswer, type QueueView } from '@/entities/request/queue-order';
import { useQueue, useRow } from '@/entities/request/store';
import { useAppLocale } from '@/shared/i18n/locale';
import { useDueWords, useLastCallWords } from '@/shared/i18n/words';
import { useNow } from '@/shared/lib/clock';
import { knownAs } from '@/shared/lib/known-as';
import { fullTime, nearMoment, shortMoment } from '@/shared/lib/time';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import styles from './queue.module.css';

interface QueueRowProps {
  id: string;
  view: QueueView;
  top: number;
  position: number;
  total: number;
  selected: boolean;
  onPick: (id: string) => void;
}

/** One place of the list. Whoever comes in at the top moves all the others: only this is drawn anew then, not what stands in it. */
export const QueueRow = memo(function QueueRow({ id, view, top, position, total, selected, onPick }: QueueRowProps) {
  const isKnown = useQueue((s) => s.byId.has(id));
  if (!isKnown) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox owns the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox owns the focus (aria-activedescendant)
    <div
      role="option"
      id={`row-${id}`}
      aria-selected={selected}
      aria-setsize={total}
      aria-posinset={position}
      className={styles.place}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onPick(id)}
    >
      <RowFace id={id} view={view} />
    </div>
  );
});

/** Plain elements: a Mantine component in a row costs five times as much. Subscribes to its own request only. */
const RowFace = memo(function RowFace({ id, view }: Pick<QueueRowProps, 'id' | 'view'>) {
  const row = useRow(id);
  const me = useQueue((s) => s.me);
  const t = useTranslations();
  const words = useDueWords();
  const calls = useLastCallWords();
  const locale = useAppLocale();
  const now = useNow();
  if (!row) return null;
  const due = isAwaitingAnswer(row) && row.firstResponseDueAt ? words.due(row.firstResponseDueAt, now) : null;
  const owner = row.assignee ? (row.assignee.id === me ? t('queue.you') : row.assignee.name) : t('queue.nobody');
  return (
    <div
      className={styles.row}
      data-urgency={due?.urgency}
      data-unread={row.unread > 0 || undefined}
      data-dimmed={!inView(row, view, me) || undefined}
    >
      <ChannelIcon channel={row.channel} className={styles.channel} />
      <div className={styles.first}>
        <span className={styles.name}>{knownAs(row) || t('queue.unknownContact')}</span>
        <time className={styles.time} dateTime={row.lastContactAt} title={fullTime(row.lastContactAt, locale)}>
          {shortMoment(row.lastContactAt, now, locale)}
        </time>
      </div>
      <div className={styles.second}>
        {row.subject && <span className={styles.subject}>{row.subject}</span>}
        {row.subject && row.preview && ' — '}
        {row.channel === 'phone' && row.lastCall
          ? calls(row.lastCall)
          : row.preview || (row.subject ? null : row.preview === '' ? t('queue.attachment') : t('queue.noSubject'))}
      </div>
      <div className={styles.third}>
        <span className={styles.status} data-status={row.status}>
          {row.status === 'closed' && row.outcome ? t(`outcome.${row.outcome}`) : t(`status.${row.status}`)}
        </span>
        {row.deliveryFailed && <span className={styles.trouble}>{t('queue.deliveryFailed')}</span>}
        {row.suspicious && <span className={styles.suspicious}>{t('queue.suspicious')}</span>}
        {due && (
          <span className={styles.due} data-urgency={due.urgency}>
            {due.words}
          </span>
        )}
        {row.status === 'snoozed' && row.snoozedUntil && (
          <span className={styles.due}>{t('due.snoozedUntil', { time: nearMoment(row.snoozedUntil, now, locale) })}</span>
        )}
        <span className={styles.owner}>{owner}</span>
        {row.unread > 0 && (
          <span className={styles.unread}>
            <span aria-hidden>{row.unread}</span>
            <span className="visually-hidden">{t('queue.unreadMessages', { count: row.unread })}</span>
          </span>
        )}
      </div>
    </div>
  );
});
