'use client';
import { Modal } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { type ShortcutId, shortcuts } from '../lib/hotkeys';
import styles from './help-sheet.module.css';

export function HelpSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTranslations('help');
  const app = useTranslations('app');
  return (
    <Modal opened={opened} onClose={onClose} title={t('title')} size={620} centered closeButtonProps={{ 'aria-label': app('closeDialog') }}>
      <p className={styles.hint}>{t('hint')}</p>
      <dl className={styles.list}>
        {(Object.keys(shortcuts) as ShortcutId[]).map((id) => (
          <div key={id}>
            <dt>{t(id)}</dt>
            <dd>
              <kbd>{shortcuts[id].shown}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
