'use client';
import { IconMessages } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { PaneState } from '@/shared/ui/pane-state';
import styles from './conversation.module.css';

export function NothingPicked() {
  const t = useTranslations('conversation');
  return (
    <section className={styles.nothing} aria-label={t('title')}>
      <PaneState icon={<IconMessages size={26} aria-hidden />} title={t('pick')} hint={t('pickHint')} />
    </section>
  );
}
