'use client';
import { Button, CloseButton, Loader, SegmentedControl, TextInput } from '@mantine/core';
import { IconArrowsSort, IconCheck, IconPlugConnectedX, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { QueueView } from '@/entities/request/queue-order';
import { setSearch, setSort, setView, useQueue } from '@/entities/request/store';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { AfterAMoment, PaneState } from '@/shared/ui/pane-state';
import styles from './queue.module.css';
import { QueueList } from './queue-list';
import { useServerRows } from './use-server-rows';

const views = ['mine', 'unassigned', 'open', 'closed'] as const satisfies readonly QueueView[];

export function QueuePane({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations('queue');
  const view = useQueue((s) => s.view);
  const sort = useQueue((s) => s.sort);
  const loaded = useQueue((s) => s.loaded);
  const broken = useQueue((s) => !s.loaded && s.error !== null);
  const server = useServerRows();
  const searchField = useRef<HTMLInputElement>(null);

  usePhysicalKeys({ search: () => searchField.current?.select() }, [
    ...views.map((each, index) => [`Digit${index + 1}`, () => setView(each)] as [string, () => void]),
  ]);

  const resetSearch = () => {
    server.setText('');
    setSearch('');
  };

  return (
    <section className={styles.pane} aria-label={t('title')}>
      <header className={styles.head}>
        <TextInput
          ref={searchField}
          size="xs"
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={
            server.pending ? (
              <Loader size={14} aria-label={t('searching')} />
            ) : server.text ? (
              <CloseButton size="sm" aria-label={t('clearSearch')} onClick={resetSearch} />
            ) : (
              <kbd aria-hidden>/</kbd>
            )
          }
          placeholder={t('search')}
          aria-label={t('search')}
          value={server.text}
          onChange={(event) => server.setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            if (server.text) resetSearch();
            else event.currentTarget.blur();
          }}
        />
        <div className={styles.views}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('views')}
            classNames={{ control: styles.view, label: styles.viewLabel }}
            value={view}
            onChange={(value) => setView(value as QueueView)}
            data={views.map((each) => ({
              value: each,
              label: (
                <>
                  <span className={styles.long}>{t(each)}</span>
                  <span className={styles.short}>{t(`${each}Short`)}</span>
                </>
              ),
            }))}
          />
        </div>
        <div className={styles.meta}>
          <span>{loaded && <Counts />}</span>
          <button
            type="button"
            className={styles.sort}
            aria-label={`${t('sort')}: ${t(sort)}`}
            onClick={() => setSort(sort === 'recent' ? 'deadline' : 'recent')}
          >
            <IconArrowsSort size={14} aria-hidden /> {t(sort)}
          </button>
        </div>
      </header>
      {server.failed && (
        <p className={styles.searchFailed} role="status">
          {t('searchFailed')}
        </p>
      )}
      {broken ? (
        <PaneState
          tone="trouble"
          icon={<IconPlugConnectedX size={26} aria-hidden />}
          title={t('failed')}
          hint={t('failedHint')}
          onRetry={onRetry}
        />
      ) : loaded ? (
        <QueueList empty={<EmptyQueue view={view} pending={server.pending} text={server.text} onReset={resetSearch} />} />
      ) : (
        <div className={styles.skeletons} aria-busy="true">
          <AfterAMoment>
            {Array.from({ length: 7 }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
              <div key={index} className={styles.skeleton} />
            ))}
          </AfterAMoment>
        </div>
      )}
    </section>
  );
}

/** By itself: the fields above it need not be drawn anew with every message. */
function Counts() {
  const t = useTranslations('queue');
  const count = useQueue((s) => s.order.length);
  const unread = useQueue((s) => s.unread);
  return (
    <>
      {t('count', { count })}
      {unread > 0 && ` · ${t('unread', { count: unread })}`}
    </>
  );
}

function EmptyQueue({ view, pending, text, onReset }: { view: QueueView; pending: boolean; text: string; onReset: () => void }) {
  const t = useTranslations('queue');
  if (pending) return null;
  if (text.trim()) {
    return (
      <PaneState
        icon={<IconSearchOff size={26} aria-hidden />}
        title={t('nothingFound')}
        hint={t('nothingFoundHint', { text: text.trim() })}
        action={
          <Button size="xs" variant="default" mt={8} onClick={onReset}>
            {t('resetSearch')}
          </Button>
        }
      />
    );
  }
  const name = ({ mine: 'emptyMine', unassigned: 'emptyUnassigned', open: 'emptyOpen', closed: 'emptyClosed' } as const)[view];
  return <PaneState icon={<IconCheck size={26} aria-hidden />} title={t(name)} hint={t(`${name}Hint`)} />;
}
