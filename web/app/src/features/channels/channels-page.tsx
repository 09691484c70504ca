'use client';
import { useTranslations } from 'use-intl';
import { isForbidden } from '@/shared/api/http';
import type { ChannelStatus } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useConnectorWords } from '@/shared/i18n/words';
import { dayAndTime, fullTime, span } from '@/shared/lib/time';
import { PageFrame, PageList } from '@/shared/ui/page-frame';
import { PaneState } from '@/shared/ui/pane-state';
import { SilentConnectors } from '@/shared/ui/silent-connectors';
import styles from './channels.module.css';
import { useChannels } from './use-channels';

export function ChannelsPage() {
  const t = useTranslations('channels');
  const list = useChannels(15_000);
  const notOurs = isForbidden(list.error);
  return (
    <PageFrame
      title={t('title')}
      hint={t('hint')}
      onRefresh={() => void list.refetch()}
      notice={<SilentConnectors names={list.data?.silent ?? []} />}
    >
      <PageList
        items={list.data?.items}
        failed={list.isError}
        failedTitle={notOurs ? t('forbidden') : t('failed')}
        onRetry={notOurs ? undefined : () => void list.refetch()}
        empty={<PaneState title={t('empty')} hint={t('emptyHint')} />}
        label={t('title')}
        columns={[t('channel'), t('state'), t('lastMessage'), t('lag'), t('queue')]}
        row={(item) => <ChannelRow key={item.channel} item={item} />}
      />
    </PageFrame>
  );
}

function ChannelRow({ item }: { item: ChannelStatus }) {
  const t = useTranslations('channels');
  const connector = useConnectorWords();
  const locale = useAppLocale();
  return (
    <tr>
      <td>
        {connector(item.connector)}
        <small>{item.channel}</small>
      </td>
      <td>
        <span className={styles.state} data-state={item.state}>
          {t(`states.${item.state}`)}
        </span>
        {item.state !== 'connected' && (
          <>
            <p className={styles.next}>{t(`next.${item.state}`)}</p>
            {item.error && <small lang="">{item.error}</small>}
          </>
        )}
        {item.silentSince && (
          <>
            <span className={styles.state} data-state="silent">
              {item.state === 'connected' && ', '}
              {t('silent')}
            </span>
            <p className={styles.next}>{t('silentNext')}</p>
          </>
        )}
      </td>
      <td>
        {item.lastMessageAt ? (
          <time dateTime={item.lastMessageAt} title={fullTime(item.lastMessageAt, locale)}>
            {dayAndTime(item.lastMessageAt, locale)}
          </time>
        ) : (
          t('never')
        )}
      </td>
      <td>{item.lagSeconds === 0 ? t('noLag') : t('span', span(item.lagSeconds * 1000))}</td>
      <td data-number>{item.queue ?? t('unknown')}</td>
    </tr>
  );
}
