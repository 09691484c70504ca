'use client';
import { useTranslations } from 'use-intl';
import type { ChannelKind } from '../api/types';
import styles from './silent-connectors.module.css';

/** A list that lacks somebody's rows says whose. */
export function SilentConnectors({ names }: { names: string[] }) {
  const t = useTranslations('app');
  const channels = useTranslations('channel');
  if (names.length === 0) return null;
  const words = names.map((name) => (channels.has(name as ChannelKind) ? channels(name as ChannelKind) : name)).join(', ');
  return (
    <p className={styles.silent} role="alert">
      {t('silent', { names: words })}
    </p>
  );
}
