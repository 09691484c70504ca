'use client';
import { useTranslations } from 'use-intl';
import { useConnectorWords } from '../i18n/words';
import styles from './silent-connectors.module.css';

/** A list that lacks somebody's rows says whose. */
export function SilentConnectors({ names }: { names: string[] }) {
  const t = useTranslations('app');
  const name = useConnectorWords();
  if (names.length === 0) return null;
  const words = names.map(name).join(', ');
  return (
    <p className={styles.silent} role="alert">
      {t('silent', { names: words })}
    </p>
  );
}
