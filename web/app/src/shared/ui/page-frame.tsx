'use client';
import { Button } from '@mantine/core';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import styles from './page-frame.module.css';
import { AfterAMoment, PaneState } from './pane-state';

interface PageFrameProps {
  title: string;
  hint: string;
  onRefresh: () => void;
  /** What stands under the head whatever the list shows. */
  notice?: ReactNode;
  children: ReactNode;
}

/** A page of its own beside the inbox: its head, and a list under it. */
export function PageFrame({ title, hint, onRefresh, notice, children }: PageFrameProps) {
  const t = useTranslations('app');
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>{title}</h1>
          <p>{hint}</p>
        </div>
        <Button size="xs" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onRefresh}>
          {t('refresh')}
        </Button>
      </header>
      {notice}
      {children}
    </main>
  );
}

/** Until the first answer has come. */
export function PageWait() {
  return (
    <AfterAMoment>
      <div className={styles.skeleton} aria-busy="true" />
    </AfterAMoment>
  );
}

interface PageListProps<T> {
  /** Undefined: not loaded yet. */
  items: readonly T[] | undefined;
  failed: boolean;
  failedTitle: string;
  /** Undefined: asking again would bring the same answer. */
  onRetry?: () => void;
  empty: ReactNode;
  /** Names the list for who cannot see it. */
  label: string;
  columns: string[];
  row: (item: T) => ReactNode;
}

/** A table in its four states; what was loaded once stays while it cannot be loaded again. */
export function PageList<T>({ items, failed, failedTitle, onRetry, empty, label, columns, row }: PageListProps<T>) {
  if (!items) {
    return failed ? (
      <PaneState tone="trouble" icon={<IconPlugConnectedX size={26} aria-hidden />} title={failedTitle} onRetry={onRetry} />
    ) : (
      <PageWait />
    );
  }
  if (items.length === 0) return empty;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{items.map(row)}</tbody>
      </table>
    </section>
  );
}
