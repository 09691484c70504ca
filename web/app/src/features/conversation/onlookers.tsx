'use client';
import { useTranslations } from 'use-intl';
import { useMyId } from '@/entities/session/store';
import { useNow } from '@/shared/lib/clock';
import { isHere, isTyping, useOnlookers } from '@/shared/live/presence-store';
import styles from './conversation.module.css';

/** Two people must not answer one patient: whoever else is here is named above the composer. */
export function Onlookers({ requestId }: { requestId: string }) {
  const t = useTranslations('conversation');
  const me = useMyId();
  const now = useNow();
  const others = useOnlookers(requestId).filter((each) => each.id !== me && isHere(each, now));
  const typing = others.filter((each) => isTyping(each, now));
  const names = (typing.length > 0 ? typing : others).map((each) => each.name).join(', ');
  return (
    <div className={styles.onlookers} role="status" aria-live="polite" data-typing={typing.length > 0 || undefined}>
      {names && t(typing.length > 0 ? 'typing' : 'viewing', { names })}
    </div>
  );
}
