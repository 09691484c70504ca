'use client';
import { IconAlertCircle, IconClock } from '@tabler/icons-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useSession } from '@/entities/session/store';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { clockTime } from '@/shared/lib/time';
import { toast } from '@/shared/ui/toast-store';
import styles from './conversation.module.css';
import { returnToDraft } from './drafts';
import { isUnsent, type Outgoing, sendAgain, takeBack, useIsHeldBack } from './outbox';

/** On the screen at once, under the id it will have for ever. */
export function OutgoingBubble({ outgoing }: { outgoing: Outgoing }) {
  const t = useTranslations();
  const locale = useAppLocale();
  const name = useSession((s) => s.user?.name ?? '');
  const { messageId, mode, state, refusal } = outgoing;
  const isHeldBack = useIsHeldBack(outgoing);
  const isFailed = isUnsent(outgoing);
  const mayHaveArrived = state === 'repeating' || state === 'resending' || state === 'stuck';
  const backToDraft = () => {
    returnToDraft(
      outgoing.requestId,
      mode,
      outgoing.text,
      outgoing.files.map(({ file }) => file),
    );
    void takeBack(messageId);
    if (mayHaveArrived) toast('trouble', t('delivery.takenBack'));
  };
  const refusals = useCodeWords('composer.refusal');
  const words = () => {
    if (isHeldBack) return t('delivery.heldBack');
    switch (state) {
      case 'repeating':
        return t('delivery.repeating');
      case 'stuck':
        return t('delivery.stuck');
      case 'refused':
        return t('delivery.refused', { reason: refusal ? refusals(refusal) : '' });
      case 'accepted':
        return mode === 'note' ? t('delivery.savedNote') : t('delivery.queued');
      default:
        return mode === 'note' ? t('delivery.savingNote') : t('delivery.sending');
    }
  };
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
      <p className={styles.delivery} data-status={isFailed ? 'failed' : undefined} role={isFailed ? 'alert' : undefined}>
        {isFailed ? <IconAlertCircle size={14} aria-hidden /> : <IconClock size={14} aria-hidden />}
        <span>{words()}</span>
        {(isFailed || isHeldBack) && (
          <Choices>
            {isFailed && (
              <button type="button" onClick={() => void sendAgain(messageId)}>
                {t('delivery.retry')}
              </button>
            )}
            <button type="button" onClick={backToDraft}>
              {mayHaveArrived ? t('delivery.doNotSend') : t('delivery.backToDraft')}
            </button>
          </Choices>
        )}
      </p>
    </article>
  );
}

/** Whoever stands on one of them stays in the conversation when they go. */
function Choices({ children }: { children: ReactNode }) {
  const buttons = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = buttons.current;
    return () => {
      if (element?.contains(document.activeElement)) element.closest<HTMLElement>('[role=log]')?.focus();
    };
  }, []);
  return (
    <span ref={buttons} className={styles.choices}>
      {children}
    </span>
  );
}
