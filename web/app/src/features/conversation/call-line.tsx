'use client';
import { IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { recordingUrl } from '@/shared/api/endpoints';
import type { TimelineCall, TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useDurationWords } from '@/shared/i18n/words';
import { readablePhone } from '@/shared/lib/phone';
import { clockTime, fullTime } from '@/shared/lib/time';
import styles from './conversation.module.css';

/** A call among the messages: what came of it, how long, and the recording. */
export function CallLine({ item, call }: { item: TimelineItem; call: TimelineCall }) {
  const t = useTranslations('call');
  const locale = useAppLocale();
  const duration = useDurationWords();
  const missed = call.direction === 'inbound' && call.phase === 'ended' && call.outcome !== 'answered';
  const Icon = missed ? IconPhoneX : call.direction === 'inbound' ? IconPhoneIncoming : IconPhoneOutgoing;
  const facts = [
    call.outcome ? t(`outcome.${call.outcome}`) : t('talking'),
    typeof call.waitSeconds === 'number' && t('waited', { time: duration(call.waitSeconds) }),
    typeof call.talkSeconds === 'number' && t('talked', { time: duration(call.talkSeconds) }),
    call.answeredBy && call.direction === 'inbound' && t('answeredBy', { extension: item.agent?.name ?? call.answeredBy }),
    ...call.transfers.map((transfer) => t('transferred', { to: transfer.to })),
  ].filter(Boolean);
  return (
    <article className={styles.bubble} data-kind={call.direction === 'inbound' ? 'inbound' : 'reply'} data-missed={missed || undefined}>
      <header className={styles.bubbleHead}>
        <Icon size={14} aria-hidden />
        <b>{missed ? t('missed', { count: 1 }) : t(call.direction)}</b>
        {call.phone && <span>{readablePhone(call.phone)}</span>}
        <time dateTime={item.at} title={fullTime(item.at, locale)}>
          {clockTime(item.at, locale)}
        </time>
      </header>
      <p className={styles.text}>{facts.join(' · ')}</p>
      {/* biome-ignore lint/a11y/useMediaCaption: a telephone call has no captions */}
      {call.hasRecording && <audio controls preload="none" src={recordingUrl(call.id)} aria-label={t('recording')} />}
    </article>
  );
}
