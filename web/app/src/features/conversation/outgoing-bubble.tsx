'use client';
import { IconAlertCircle, IconClock } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { useSession } from '@/entities/session/store';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { clockTime } from '@/shared/lib/time';
import styles from './conversation.module.css';
import { setDraft, setDraftFiles } from './drafts';
import { isStuck, type Outgoing, sendAgain, takeBack } from './outbox';

/** On the screen at once, under the id it will have for ever. */
export function OutgoingBubble({ outgoing }: { outgoing: Outgoing }) {
  const t = useTranslations();
  const locale = useAppLocale();
  const name = useSession((s) => s.user?.name ?? '');
  const { messageId, mode, state, refusal } = outgoing;
  const isFailed = isStuck(outgoing);
  const backToDraft = () => {
    setDraft(outgoing.requestId, mode, outgoing.text);
    if (outgoing.files.length > 0) {
      setDraftFiles(
        outgoing.requestId,
        outgoing.files.map(({ file }) => file),
      );
    }
    takeBack(messageId);
  };
  const refusals = useCodeWords('composer.refusal');
  const reason = refusal ? refusals(refusal) : '';
  const progress =
    state === 'accepted'
      ? mode === 'note'
        ? t('delivery.savedNote')
        : t('delivery.queued')
      : mode === 'note'
        ? t('delivery.savingNote')
        : t('delivery.sending');
  return (
    <article className={styles.bubble} data-kind={mode} data-state={isFailed ? 'failed' : 'pending'}>
      <header className={styles.bubbleHead}>
        <b>{mode === 'note' ? t('conversation.noteOf', { name }) : name}</b>
        <time dateTime={outgoing.at}>{clockTime(outgoing.at, locale)}</time>
      </header>
      {outgoing.text && <p className={styles.text}>{outgoing.text}</p>}
      {outgoing.files.length > 0 && (
        <ul className={styles.attachments} aria-label={t('conversation.attachments')}>
          {outgoing.files.map(({ file }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and the list never changes
            <li key={`${file.name}-${index}`}>{file.name}</li>
          ))}
        </ul>
      )}
      {isFailed ? (
        <p className={styles.delivery} data-status="failed" role="alert">
          <IconAlertCircle size={14} aria-hidden />
          <span>{state === 'unanswered' ? t('delivery.unanswered') : t('delivery.refused', { reason })}</span>
          <button type="button" onClick={() => void sendAgain(messageId)}>
            {t('delivery.retry')}
          </button>
          {state === 'refused' && (
            <button type="button" onClick={backToDraft}>
              {t('delivery.backToDraft')}
            </button>
          )}
        </p>
      ) : (
        <p className={styles.delivery}>
          <IconClock size={14} aria-hidden />
          <span>{progress}</span>
        </p>
      )}
    </article>
  );
}
