'use client';
import { IconAlertCircle } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useQueue } from '@/entities/request/store';
import { knownAs } from '@/shared/lib/known-as';
import { followInside, requestPath, useRequestId } from '@/shared/lib/route';
import { useConnection } from '@/shared/live/connection-store';
import notice from '@/shared/ui/notice.module.css';
import { isStuck, sendUnansweredAgain, useOutbox } from './outbox';

const AGAIN_MS = 5_000;
const MOST_SHOWN = 3;

/** What was sent from here and has not left, wherever one is now: it is sent again by itself, and until it has gone it is in sight. */
export function Unsent() {
  const t = useTranslations('conversation.unsent');
  const queue = useTranslations('queue');
  const outbox = useOutbox();
  const here = useRequestId();
  const byId = useQueue((s) => s.byId);
  const isLive = useConnection((s) => s.status === 'live');
  useEffect(() => {
    if (!isLive) return;
    sendUnansweredAgain();
    const timer = setInterval(sendUnansweredAgain, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isLive]);

  const mayLeave = outbox.every((each) => each.state === 'accepted');
  useEffect(() => {
    if (mayLeave) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [mayLeave]);

  // Beside the conversation that is open the bubble itself says it.
  const elsewhere = [...new Set(outbox.filter((each) => isStuck(each) && each.requestId !== here).map((each) => each.requestId))];
  return (
    <div role="status" aria-live="polite">
      {elsewhere.length > 0 && (
        <section className={notice.strip} data-tone="trouble" aria-label={t('title')}>
          <IconAlertCircle size={16} aria-hidden />
          <span>{t('count', { count: elsewhere.length })}</span>
          {elsewhere.slice(0, MOST_SHOWN).map((id) => {
            const row = byId.get(id);
            return (
              <a key={id} href={requestPath(id)} onClick={followInside}>
                {(row && knownAs(row)) || queue('unknownContact')}
              </a>
            );
          })}
        </section>
      )}
    </div>
  );
}
