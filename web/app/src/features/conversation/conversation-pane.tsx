'use client';
import { useDisclosure } from '@mantine/hooks';
import { IconMoodEmpty, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import { useRequestDetails, useTimeline } from '@/entities/request/queries';
import { applyRows, useRow } from '@/entities/request/store';
import { markRead } from '@/shared/api/endpoints';
import { ApiError, isDenied, isForbidden, isPassing } from '@/shared/api/http';
import type { RequestRow } from '@/shared/api/types';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { goTo, inboxPath } from '@/shared/lib/route';
import { AfterAMoment, PaneState } from '@/shared/ui/pane-state';
import { CloseDialog } from './close-dialog';
import { Composer } from './composer';
import styles from './conversation.module.css';
import { ConversationHeader } from './conversation-header';
import type { Mode } from './drafts';
import { Onlookers } from './onlookers';
import { outgoingOf, settle, useOutbox } from './outbox';
import { SnoozeDialog } from './snooze-dialog';
import { TimelineView } from './timeline-view';
import { useRequestActions } from './use-request-actions';

export interface Viewing {
  viewing(requestId: string | null, typing: boolean): void;
}

export function ConversationPane({ id, live }: { id: string; live: Viewing }) {
  const t = useTranslations('conversation');
  const row = useRow(id);
  const details = useRequestDetails(id);
  useEffect(() => {
    live.viewing(id, false);
    return () => live.viewing(null, false);
  }, [id, live]);

  if (row) return <OpenRequest row={row} live={live} />;
  const refused = details.error instanceof ApiError ? details.error.status : null;
  return (
    <section className={styles.pane} aria-label={t('title')} aria-busy={details.isPending}>
      {refused === 404 || refused === 400 ? (
        <PaneState icon={<IconMoodEmpty size={26} aria-hidden />} title={t('notFound')} hint={t('notFoundHint')} action={<BackToQueue />} />
      ) : refused === 403 ? (
        <PaneState
          icon={<IconMoodEmpty size={26} aria-hidden />}
          title={t('forbidden')}
          hint={t('forbiddenHint')}
          action={<BackToQueue />}
        />
      ) : details.errorUpdateCount > 0 ? (
        <PaneState
          tone="trouble"
          icon={<IconPlugConnectedX size={26} aria-hidden />}
          title={t('loadFailed')}
          hint={t('loadFailedHint')}
          onRetry={() => void details.refetch()}
        />
      ) : (
        <AfterAMoment>
          <div className={styles.skeleton} />
        </AfterAMoment>
      )}
    </section>
  );
}

function BackToQueue() {
  const t = useTranslations('conversation');
  return (
    <button type="button" className={styles.link} onClick={() => goTo(inboxPath)}>
      {t('toQueue')}
    </button>
  );
}

const denialOf = (error: unknown) => (!isDenied(error) ? null : isForbidden(error) ? 'forbidden' : 'notFound');

function OpenRequest({ row, live }: { row: RequestRow; live: Viewing }) {
  const t = useTranslations('conversation');
  const outgoing = outgoingOf(useOutbox(), row.id);
  const timeline = useTimeline(row.id, outgoing.length > 0);
  const actions = useRequestActions(row);
  const [mode, setMode] = useState<Mode>('reply');
  const [closing, closeDialog] = useDisclosure(false);
  const [snoozing, snoozeDialog] = useDisclosure(false);
  const [assigning, assignMenu] = useDisclosure(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = row.status !== 'closed';
  useMarkRead(row);

  const denied = denialOf(timeline.error);
  const items = denied ? undefined : timeline.data?.items;
  useEffect(() => {
    if (items) settle(items);
  }, [items]);

  const write = (next: Mode) => () => {
    // At once: whoever types on in the same breath must not have a letter taken for a shortcut.
    flushSync(() => setMode(next));
    field.current?.focus();
  };
  const whileOpen = (action: () => void) => () => {
    if (isOpen) action();
  };
  usePhysicalKeys({
    reply: write('reply'),
    note: write('note'),
    take: whileOpen(() => void actions.take()),
    assign: whileOpen(assignMenu.open),
    snooze: whileOpen(snoozeDialog.open),
    close: whileOpen(closeDialog.open),
  });

  return (
    <section className={styles.pane} aria-label={t('title')}>
      <ConversationHeader
        row={row}
        actions={actions}
        assigning={assigning}
        onAssigning={assignMenu.set}
        onClose={closeDialog.open}
        onSnooze={snoozeDialog.open}
      />
      <TimelineView
        row={row}
        items={items}
        outgoing={outgoing}
        failed={denied ?? (timeline.errorUpdateCount > 0 && !items ? 'loadFailed' : null)}
        isOld={isPassing(timeline.error) && items !== undefined}
        onRetry={() => void timeline.refetch()}
      />
      <Onlookers requestId={row.id} />
      <Composer row={row} mode={mode} onMode={setMode} field={field} actions={actions} live={live} />
      {closing && <CloseDialog row={row} actions={actions} onDone={closeDialog.close} />}
      {snoozing && <SnoozeDialog row={row} actions={actions} onDone={snoozeDialog.close} />}
    </section>
  );
}

const READ_AFTER_MS = 1_000;
const READ_AGAIN_MS = 15_000;

/** The number on the row stays until the server has taken it back: it is right all the time, and the same for all. */
function useMarkRead({ id, unread }: RequestRow) {
  useEffect(() => {
    if (unread === 0) return;
    let timer = setTimeout(tell, READ_AFTER_MS);
    let isOver = false;
    async function tell() {
      try {
        if (!document.hidden) return applyRows([await markRead(id)]);
      } catch (error) {
        if (!isPassing(error)) return;
      }
      if (!isOver) timer = setTimeout(tell, READ_AGAIN_MS);
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id, unread]);
}
