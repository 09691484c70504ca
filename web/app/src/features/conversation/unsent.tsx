'use client';
import { IconAlertCircle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useQueue } from '@/entities/request/store';
import { knownAs } from '@/shared/lib/known-as';
import { followInside, requestPath, useRequestId } from '@/shared/lib/route';
import { useConnection } from '@/shared/live/connection-store';
import notice from '@/shared/ui/notice.module.css';
import { giveUpOld, isUnsent, repeatUnanswered, useNotAccepted, useOutbox } from './outbox';

const AGAIN_MS = 5_000;
const MOST_SHOWN = 3;

/** What was sent from here and has not left, wherever one is now: until it has gone it is in sight. */
export function Unsent() {
  const t = useTranslations('conversation.unsent');
  const queue = useTranslations('queue');
  const outbox = useOutbox();
  const here = useRequestId();
  const byId = useQueue((s) => s.byId);
  const isLive = useConnection((s) => s.status === 'live');
  const [all, setAll] = useState(false);
  useEffect(() => {
    const again = () => (isLive ? void repeatUnanswered() : giveUpOld());
    again();
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isLive]);

  const mayLeave = useNotAccepted() === 0;
  useEffect(() => {
    if (mayLeave) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [mayLeave]);

  // Beside the conversation that is open the bubble itself says it.
  const elsewhere = new Map(outbox.filter((each) => isUnsent(each) && each.requestId !== here).map((each) => [each.requestId, each]));
  const shown = [...elsewhere.values()].slice(0, all ? undefined : MOST_SHOWN);
  return (
    <div role="status" aria-live="polite">
      {elsewhere.size > 0 && (
        <section className={notice.strip} data-tone="trouble" aria-label={t('title')}>
          <IconAlertCircle size={16} aria-hidden />
          <span>{t('count', { count: elsewhere.size })}</span>
          {shown.map(({ requestId, contact }) => {
            const row = byId.get(requestId);
            return (
              <a key={requestId} href={requestPath(requestId)} onClick={followInside}>
                {(row && knownAs(row)) || contact || queue('unknownContact')}
              </a>
            );
          })}
          {elsewhere.size > MOST_SHOWN && (
            <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t('fewer') : t('more', { count: elsewhere.size - MOST_SHOWN })}
            </button>
          )}
        </section>
      )}
    </div>
  );
}
