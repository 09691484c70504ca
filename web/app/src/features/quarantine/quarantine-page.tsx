'use client';
import { Button } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { getQuarantine, rawUrl, replay } from '@/shared/api/endpoints';
import type { QuarantineItem, ReplayResult } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords, useConnectorWords, useSizeWords } from '@/shared/i18n/words';
import { dayAndTime, fullTime } from '@/shared/lib/time';
import { PageFrame, PageList } from '@/shared/ui/page-frame';
import { PaneState } from '@/shared/ui/pane-state';
import { SilentConnectors } from '@/shared/ui/silent-connectors';
import styles from './quarantine.module.css';

type Attempt = ReplayResult | 'replaying' | 'replayFailed';

export function QuarantinePage() {
  const t = useTranslations('quarantine');
  const list = useQuery({ queryKey: ['quarantine'], queryFn: getQuarantine, refetchOnMount: 'always', refetchInterval: 30_000, retry: 1 });
  const [attempts, setAttempts] = useState<ReadonlyMap<string, Attempt>>(new Map());

  const tryAgain = async (item: QuarantineItem) => {
    const note = (attempt: Attempt) => setAttempts((known) => new Map(known).set(keyOf(item), attempt));
    note('replaying');
    try {
      note((await replay(item)).result);
    } catch {
      note('replayFailed');
    }
  };

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
        failedTitle={t('failed')}
        onRetry={() => void list.refetch()}
        empty={
          list.data?.silent.length ? null : (
            <PaneState icon={<IconShieldCheck size={26} aria-hidden />} title={t('empty')} hint={t('emptyHint')} />
          )
        }
        label={t('title')}
        columns={[t('received'), t('channel'), t('reason'), t('size'), t('actions')]}
        row={(item) => (
          <QuarantineRow key={keyOf(item)} item={item} attempt={attempts.get(keyOf(item)) ?? null} onReplay={() => void tryAgain(item)} />
        )}
      />
    </PageFrame>
  );
}

const keyOf = (item: QuarantineItem) => `${item.connector}/${item.id}`;

function QuarantineRow({ item, attempt, onReplay }: { item: QuarantineItem; attempt: Attempt | null; onReplay: () => void }) {
  const t = useTranslations('quarantine');
  const connector = useConnectorWords();
  const reason = useCodeWords('quarantine.reasons');
  const size = useSizeWords();
  const locale = useAppLocale();
  const isClosed = attempt === 'replaying' || attempt === 'accepted' || attempt === 'duplicate';
  return (
    <tr>
      <td>
        <time dateTime={item.receivedAt} title={fullTime(item.receivedAt, locale)}>
          {dayAndTime(item.receivedAt, locale)}
        </time>
      </td>
      <td>
        {connector(item.connector)}
        <small>{item.channel}</small>
      </td>
      <td>
        {reason(item.reason)}
        <small>{item.mediaType}</small>
      </td>
      <td data-number>{size(item.size)}</td>
      <td>
        <div className={styles.actions}>
          <a className={styles.raw} href={rawUrl(item)} download aria-label={t('rawLabel', { time: dayAndTime(item.receivedAt, locale) })}>
            <IconDownload size={14} aria-hidden /> {t('raw')}
          </a>
          {/* Not disabled: that would take the focus away from who has just pressed it. */}
          <Button
            size="compact-sm"
            variant="default"
            data-disabled={isClosed || undefined}
            aria-disabled={isClosed}
            onClick={() => !isClosed && onReplay()}
          >
            {attempt === 'replaying' ? t('replaying') : t('replay')}
          </Button>
          <span className={styles.result} role="status" data-result={attempt ?? undefined}>
            {attempt && attempt !== 'replaying' && t(attempt)}
          </span>
        </div>
      </td>
    </tr>
  );
}
