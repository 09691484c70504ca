'use client';
import { IconPhoneCall, IconPhoneIncoming } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { applyRows } from '@/entities/request/store';
import { getCallerHistory } from '@/shared/api/endpoints';
import type { RequestRow, ScreenCall } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useLastCallWords } from '@/shared/i18n/words';
import { useNow } from '@/shared/lib/clock';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { readablePhone } from '@/shared/lib/phone';
import { followInside, goTo, requestPath } from '@/shared/lib/route';
import { shortMoment } from '@/shared/lib/time';
import { useCalls } from '@/shared/live/call-store';
import styles from './call.module.css';

/** Cards of the calls at this agent's telephone; the newest is the one the keys mean. */
export function CallPop() {
  const t = useTranslations('call');
  const calls = useCalls();
  return (
    <section className={styles.stack} aria-label={t('title')} aria-live="assertive">
      {calls.map((call, index) => (
        <CallCard key={call.callId} call={call} hasKeys={index === calls.length - 1} />
      ))}
    </section>
  );
}

function CallCard({ call, hasKeys }: { call: ScreenCall; hasKeys: boolean }) {
  const t = useTranslations('call');
  const callBack = useCallBack();
  const history = useQuery({
    queryKey: ['caller', call.callId],
    queryFn: async () => {
      const { requests } = await getCallerHistory(call.callId);
      applyRows(requests);
      return requests;
    },
    retry: 2,
  });
  const requestId = call.requestId ?? history.data?.[0]?.id ?? null;
  const open = () => requestId && goTo(requestPath(requestId));
  const again = () => requestId && void callBack(requestId);
  usePhysicalKeys(hasKeys ? { answerCall: open, ...(call.state === 'talking' ? {} : { callBack: again }) } : {});
  const phone = call.phone ? readablePhone(call.phone) : t('hidden');
  return (
    <article className={styles.card} data-state={call.state}>
      <header>
        {call.state === 'talking' ? <IconPhoneCall size={18} aria-hidden /> : <IconPhoneIncoming size={18} aria-hidden />}
        <b>{call.state === 'talking' ? t('talking') : call.direction === 'outbound' ? t('dialling') : t('ringing')}</b>
        {(call.queue || call.line) && <small>{call.queue ?? t('line', { line: call.line ?? '' })}</small>}
      </header>
      <p className={styles.who}>
        {call.name && <strong>{call.name}</strong>}
        <span>{phone}</span>
      </p>
      {history.data?.length === 0 && <p className={styles.quiet}>{t('newCaller')}</p>}
      {history.data && history.data.length > 0 && (
        <ul aria-label={t('history')}>
          {history.data.map((row) => (
            <Earlier key={row.id} row={row} />
          ))}
        </ul>
      )}
      <footer>
        <button type="button" onClick={open} disabled={!requestId}>
          {t('open')} <kbd>O</kbd>
        </button>
        {call.state !== 'talking' && call.phone && (
          <button type="button" onClick={again} disabled={!requestId}>
            {t('callBack')} <kbd>C</kbd>
          </button>
        )}
      </footer>
    </article>
  );
}

function Earlier({ row }: { row: RequestRow }) {
  const locale = useAppLocale();
  const now = useNow();
  const t = useTranslations();
  const calls = useLastCallWords();
  return (
    <li>
      <a href={requestPath(row.id)} onClick={followInside}>
        <span>
          {row.subject ||
            (row.lastCall && row.channel === 'phone' ? calls(row.lastCall) : row.preview) ||
            t('conversation.number', { number: String(row.number) })}
        </span>
        <small>{t(`status.${row.status}`)}</small>
        <time dateTime={row.lastContactAt}>{shortMoment(row.lastContactAt, now, locale)}</time>
      </a>
    </li>
  );
}
