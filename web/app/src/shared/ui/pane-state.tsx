'use client';
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import styles from './pane-state.module.css';

interface PaneStateProps {
  icon?: ReactNode;
  title: string;
  hint?: string;
  tone?: 'calm' | 'trouble';
  onRetry?: () => void;
  action?: ReactNode;
}

/** An empty or broken pane says what it is and what comes next; the other panes keep working. */
export function PaneState({ icon, title, hint, tone = 'calm', onRetry, action }: PaneStateProps) {
  const t = useTranslations('app');
  return (
    <div className={styles.state} data-tone={tone} role={tone === 'trouble' ? 'alert' : undefined}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <p className={styles.title}>{title}</p>
      {hint && <p className={styles.hint}>{hint}</p>}
      {onRetry && (
        <Button size="xs" variant="default" mt={8} onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
      {action}
    </div>
  );
}

/** Most answers come sooner than a skeleton would be noticed. */
const SKELETON_AFTER_MS = 150;

export function AfterAMoment({ children }: { children: ReactNode }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return due ? children : null;
}
