'use client';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { dismissToast, type Toast, useToasts } from './toast-store';
import styles from './toaster.module.css';

export function Toaster() {
  const toasts = useToasts((s) => s.toasts);
  return (
    <div className={styles.stack}>
      <div role="status" aria-live="polite">
        {toasts
          .filter((each) => each.kind === 'done')
          .map((each) => (
            <Card key={each.id} toast={each} />
          ))}
      </div>
      <div role="alert" aria-live="assertive">
        {toasts
          .filter((each) => each.kind === 'trouble')
          .map((each) => (
            <Card key={each.id} toast={each} />
          ))}
      </div>
    </div>
  );
}

function Card({ toast }: { toast: Toast }) {
  const t = useTranslations('app');
  return (
    <div className={styles.toast} data-kind={toast.kind}>
      {toast.kind === 'done' ? <IconCheck size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
      <span>{toast.text}</span>
      <button type="button" aria-label={t('dismiss')} onClick={() => dismissToast(toast.id)}>
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}
