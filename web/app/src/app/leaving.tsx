'use client';
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useNotAccepted } from '@/features/conversation/outbox';
import styles from './desk.module.css';

/** Whoever leaves is asked first while something written here has not gone: nobody would send it then. */
export function useLeaving(leave: () => void): { start: () => void; question: ReactNode } {
  const t = useTranslations('session.leaving');
  const count = useNotAccepted();
  const [asking, setAsking] = useState(false);
  const start = () => (count > 0 ? setAsking(true) : leave());
  const stay = () => setAsking(false);
  const question = (
    <Modal opened={asking && count > 0} onClose={stay} title={t('title')} centered withCloseButton={false} size="sm" zIndex={360}>
      <p className={styles.question}>{t('text', { count })}</p>
      <div className={styles.choices}>
        <Button variant="default" onClick={stay} data-autofocus>
          {t('stay')}
        </Button>
        <Button
          color="red"
          onClick={() => {
            stay();
            leave();
          }}
        >
          {t('leave')}
        </Button>
      </div>
    </Modal>
  );
  return { start, question };
}
