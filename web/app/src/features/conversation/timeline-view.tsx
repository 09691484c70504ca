'use client';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RequestRow, TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { dayHeading, dayKey } from '@/shared/lib/time';
import { AfterAMoment, PaneState } from '@/shared/ui/pane-state';
import { CallLine } from './call-line';
import styles from './conversation.module.css';
import { EventLine } from './event-line';
import type { Outgoing } from './outbox';
import { OutgoingBubble } from './outgoing-bubble';
import { TimelineBubble } from './timeline-bubble';

interface TimelineViewProps {
  row: RequestRow;
  items: TimelineItem[] | undefined;
  outgoing: readonly Outgoing[];
  /** Why there is nothing to show. */
  failed: 'loadFailed' | 'forbidden' | 'notFound' | null;
  /** It could not be read anew: something may be missing. */
  isOld: boolean;
  onRetry: () => void;
}

const AT_BOTTOM_PX = 48;

export function TimelineView({ row, items, outgoing, failed, isOld, onRetry }: TimelineViewProps) {
  const t = useTranslations('conversation');
  const locale = useAppLocale();
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  const [newBelow, setNewBelow] = useState(false);

  const toBottom = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    setNewBelow(false);
  };
  const count = items?.length ?? 0;
  const lastKind = items?.at(-1)?.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever grew the timeline keeps a reader at the end at the end
  useLayoutEffect(() => {
    if (atBottom.current) toBottom();
  }, [items, outgoing]);
  useEffect(() => {
    if (count > 0 && lastKind === 'inbound' && !atBottom.current) setNewBelow(true);
  }, [count, lastKind]);
  const sent = outgoing.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what I send I want to see
  useLayoutEffect(() => {
    if (sent > 0) toBottom();
  }, [sent]);

  const confirmed = new Set(items?.map((item) => item.id));
  const waiting = outgoing.filter((each) => !confirmed.has(each.messageId));
  let day = '';
  return (
    <div className={styles.timelineFrame}>
      <div
        ref={scroller}
        id="timeline"
        className={styles.timeline}
        role="log"
        aria-label={t('title')}
        aria-busy={!items && !failed}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          atBottom.current = scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX;
          if (atBottom.current && newBelow) setNewBelow(false);
        }}
      >
        {failed && (
          <PaneState
            tone="trouble"
            icon={<IconPlugConnectedX size={26} aria-hidden />}
            title={t(failed)}
            hint={t(`${failed}Hint`)}
            onRetry={onRetry}
          />
        )}
        {!items && !failed && (
          <AfterAMoment>
            <div className={styles.bubbleSkeleton} />
            <div className={styles.bubbleSkeleton} data-side="right" />
            <div className={styles.bubbleSkeleton} />
          </AfterAMoment>
        )}
        {items?.length === 0 && waiting.length === 0 && <p className={styles.quiet}>{t('empty')}</p>}
        {items?.map((item) => {
          const key = dayKey(item.at);
          const isNewDay = key !== day;
          day = key;
          return (
            <Fragment key={item.id}>
              {isNewDay && <p className={styles.day}>{dayHeading(item.at, now, locale, t('today'), t('yesterday'))}</p>}
              {item.kind === 'event' ? (
                <EventLine item={item} />
              ) : item.call ? (
                <CallLine item={item} call={item.call} />
              ) : (
                <TimelineBubble item={item} row={row} />
              )}
            </Fragment>
          );
        })}
        {waiting.map((each) => (
          <OutgoingBubble key={each.messageId} outgoing={each} />
        ))}
      </div>
      {isOld && (
        <p className={styles.old} role="status">
          {t('old')}
        </p>
      )}
      {newBelow && (
        <button type="button" className={styles.newBelow} onClick={toBottom}>
          {t('newBelow')}
        </button>
      )}
    </div>
  );
}
