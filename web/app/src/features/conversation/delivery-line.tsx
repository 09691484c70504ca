'use client';
import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RequestRow, TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { fullTime } from '@/shared/lib/time';
import styles from './conversation.module.css';
import { send } from './outbox';

/** Says no more than the channel has said: mail that left is "sent", never "delivered". */
export function DeliveryLine({ item, row }: { item: TimelineItem; row: RequestRow }) {
  const t = useTranslations('delivery');
  const reasons = useTranslations('reason');
  const reason = useCodeWords('reason');
  const locale = useAppLocale();
  const [resent, setResent] = useState(false);
  const { delivery } = item;
  if (!delivery) return <p className={styles.delivery}>{t('queued')}</p>;
  const at = fullTime(delivery.at, locale);

  if (delivery.status === 'failed') {
    const why = delivery.reasonCode ? reason(delivery.reasonCode) : reasons('unknown');
    const resend = () => {
      setResent(true);
      void send(row, 'reply', item.text ?? '', [], item.conversationId ?? row.conversationId);
    };
    return (
      <p className={styles.delivery} data-status="failed" title={delivery.detail ?? at}>
        <IconAlertCircle size={14} aria-hidden />
        <span>{t('failedTo', { reason: why })}</span>
        {resent ? (
          <span>{t('resent')}</span>
        ) : (
          item.text && (
            <button type="button" onClick={resend}>
              {t('retry')}
            </button>
          )
        )}
      </p>
    );
  }
  const Icon = { queued: IconClock, sent: IconCheck, delivered: IconChecks, read: IconChecks }[delivery.status];
  const channel = item.channel ?? row.replyBy;
  const hint =
    channel === 'email'
      ? t('sentMailHint')
      : channel === 'telegram'
        ? t('sentTelegramHint')
        : channel === 'max'
          ? t('sentMaxHint')
          : t('sentHint');
  return (
    <p className={styles.delivery} data-status={delivery.status} title={at}>
      <Icon size={14} aria-hidden />
      <span>{t(delivery.status)}</span>
      {delivery.status === 'sent' && <span className={styles.faint}>{hint}</span>}
    </p>
  );
}
