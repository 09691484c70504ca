'use client';
import { Button, Modal } from '@mantine/core';
import { useTranslations } from 'use-intl';
import styles from './sign-in.module.css';
import { SignInForm } from './sign-in-form';

/** Over the page, not instead of it: whatever was being written stays where it is. */
export function ExpiredSession({ userName, onOther }: { userName: string; onOther: () => void }) {
  const t = useTranslations('session');
  return (
    <Modal
      opened
      onClose={() => {}}
      title={t('expired')}
      centered
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      size="sm"
      zIndex={350}
    >
      <p className={styles.subtitle}>{t('expiredHint')}</p>
      <SignInForm knownUserName={userName} />
      <Button variant="subtle" fullWidth size="xs" mt={8} onClick={onOther}>
        {t('other')}
      </Button>
    </Modal>
  );
}
