'use client';
import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMyId } from '@/entities/session/store';
import { tellTyping } from '@/shared/api/endpoints';
import type { RequestRow } from '@/shared/api/types';
import { readablePhone } from '@/shared/lib/phone';
import { AttachButton, ChosenFiles, useChosenFiles } from './chosen-files';
import styles from './conversation.module.css';
import type { Viewing } from './conversation-pane';
import { type Mode, setDraft, setDraftFiles, useDraft } from './drafts';
import { send } from './outbox';
import type { RequestActions } from './use-request-actions';

interface ComposerProps {
  row: RequestRow;
  mode: Mode;
  onMode: (mode: Mode) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  actions: RequestActions;
  live: Viewing;
}

export function Composer({ row, mode, onMode, field, actions, live }: ComposerProps) {
  const t = useTranslations('composer');
  const text = useDraft(row.id, mode);
  const chosen = useChosenFiles(row.id);
  const me = useMyId();
  const typed = useTyping(row, mode, live);
  const [busy, setBusy] = useState(false);
  const obstacle = useObstacle(row);
  const recipient = useRecipient(row);
  const isBlocked = mode === 'reply' && obstacle !== null;
  const isNobodys = !row.assignee;
  const files = mode === 'reply' ? chosen.files : [];
  const isEmpty = !text.trim() && files.length === 0;
  const takesFirst = mode === 'reply' && isNobodys;
  const label = mode === 'reply' ? t('replyLabel') : t('noteLabel');

  const submit = async () => {
    if (isEmpty || isBlocked || busy) return;
    if (takesFirst) {
      setBusy(true);
      const isTaken = await actions.take();
      setBusy(false);
      if (!isTaken) return;
    }
    setDraft(row.id, mode, '');
    if (mode === 'reply') setDraftFiles(row.id, []);
    void send(row, mode, text.trim(), files);
  };

  return (
    <div className={styles.composer} data-mode={mode}>
      <div className={styles.composerHead}>
        <SegmentedControl
          size="xs"
          aria-label={t('mode')}
          value={mode}
          onChange={(value) => onMode(value as Mode)}
          data={[
            { value: 'reply', label: t('reply') },
            { value: 'note', label: t('note') },
          ]}
        />
        <span className={styles.recipient}>{mode === 'note' ? t('noteOnly') : obstacle ? '' : recipient}</span>
        {mode === 'reply' && row.assignee && row.assignee.id !== me && (
          <span className={styles.owned}>{t('owned', { name: row.assignee.name })}</span>
        )}
      </div>
      {isBlocked ? (
        <p className={styles.obstacle}>{obstacle}</p>
      ) : (
        <>
          <Textarea
            ref={field}
            autosize
            minRows={2}
            maxRows={8}
            value={text}
            aria-label={label}
            placeholder={mode === 'reply' ? t('replyPlaceholder') : t('notePlaceholder')}
            classNames={{ input: styles.field }}
            onChange={(event) => {
              setDraft(row.id, mode, event.currentTarget.value);
              typed();
            }}
            onPaste={(event) => {
              const pasted = [...event.clipboardData.files];
              if (mode !== 'reply' || pasted.length === 0) return;
              event.preventDefault();
              chosen.add(pasted);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void submit();
              } else if (event.key === 'Escape') {
                event.currentTarget.blur();
              }
            }}
          />
          {mode === 'reply' && <ChosenFiles chosen={chosen} />}
          <div className={styles.composerFoot}>
            {mode === 'reply' && <AttachButton chosen={chosen} />}
            <kbd>Ctrl + Enter</kbd>
            <Button
              size="xs"
              className={mode === 'note' ? styles.saveNote : undefined}
              disabled={isEmpty || busy}
              onClick={() => void submit()}
            >
              {mode === 'note' ? t('saveNote') : takesFirst ? t('takeAndSend') : t('send')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function useRecipient(row: RequestRow): string {
  const t = useTranslations('composer');
  const channels = useTranslations('channel');
  const name = row.contact.name ?? row.contact.phone ?? row.contact.email ?? '';
  switch (row.replyBy) {
    case 'email':
      return row.contact.email ? t('byEmail', { address: row.contact.email }) : t('byEmailUnknown');
    case 'telegram':
      return t('byTelegram', { name });
    case 'max':
      return t('byMax', { name });
    case 'chat':
      return t('byChat', { name });
    default:
      return row.replyBy ? t('byOther', { channel: channels(row.replyBy) }) : '';
  }
}

/** Why nobody can be answered here, or null. */
function useObstacle(row: RequestRow): string | null {
  const t = useTranslations('composer');
  if (row.status === 'closed') return t('closed');
  if (row.replyBy) return null;
  if (row.channel === 'telegram' || row.channel === 'max') return t('blocked');
  return row.contact.phone ? t('impossiblePhone', { phone: readablePhone(row.contact.phone) }) : t('impossible');
}

const TELL_EVERY_MS = 3_000;
const STOPPED_AFTER_MS = 4_000;

/** Colleagues see that somebody writes here; a visitor of the site sees it too, but not that a note is written about her. */
function useTyping({ id, conversationId, replyBy }: RequestRow, mode: Mode, live: Viewing) {
  const told = useRef(0);
  const stop = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(stop.current), []);
  return () => {
    if (Date.now() - told.current > TELL_EVERY_MS) {
      told.current = Date.now();
      live.viewing(id, true);
      // Worth nothing a moment later: whether it arrived is not asked.
      if (mode === 'reply' && replyBy === 'chat') void tellTyping(conversationId).catch(() => undefined);
    }
    clearTimeout(stop.current);
    stop.current = setTimeout(() => {
      told.current = 0;
      live.viewing(id, false);
    }, STOPPED_AFTER_MS);
  };
}
