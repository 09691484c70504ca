'use client';
import { Button } from '@mantine/core';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getChannels } from '@/shared/api/endpoints';
import type { ChannelKind, ChannelStatus } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayAndTime, fullTime, span } from '@/shared/lib/time';
import { AfterAMoment, PaneState } from '@/shared/ui/pane-state';
import { SilentConnectors } from '@/shared/ui/silent-connectors';
import styles from './channels.module.css';

export function ChannelsPage() {
  const t = useTranslations('channels');
  const list = useQuery({ queryKey: ['channels'], queryFn: getChannels, refetchOnMount: 'always', refetchInterval: 15_000, retry: 1 });
  const items = list.data?.items;
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{t('title')}</h1>
          <p>{t('hint')}</p>
        </div>
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => void list.refetch()}>
          {t('refresh')}
        </Button>
      </header>
      <SilentConnectors names={list.data?.silent ?? []} />
      {list.isError && !items ? (
        <PaneState
          tone="trouble"
          icon={<IconPlugConnectedX size={26} aria-hidden />}
          title={t('failed')}
          onRetry={() => void list.refetch()}
        />
      ) : !items ? (
        <AfterAMoment>
          <div className={styles.skeleton} aria-busy="true" />
        </AfterAMoment>
      ) : items.length === 0 ? (
        <PaneState title={t('empty')} hint={t('emptyHint')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <section className={styles.scroll} aria-label={t('title')} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('channel')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">{t('lastMessage')}</th>
                <th scope="col">{t('lag')}</th>
                <th scope="col">{t('queue')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <ChannelRow key={item.channel} item={item} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </main>
  );
}

function ChannelRow({ item }: { item: ChannelStatus }) {
  const t = useTranslations('channels');
  const channels = useTranslations('channel');
  const locale = useAppLocale();
  const kind = item.connector as ChannelKind;
  return (
    <tr>
      <td>
        {channels.has(kind) ? channels(kind) : item.connector}
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
      <td className={styles.number}>{item.queue ?? t('unknown')}</td>
    </tr>
  );
}
