'use client';
import { CopyButton } from '@mantine/core';
import { IconCopy, IconPhone } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { shortcuts } from '../lib/hotkeys';
import { readablePhone } from '../lib/phone';
import controls from './controls.module.css';
import { toast } from './toast-store';
import styles from './work-desk.module.css';

interface PhonesProps {
  phones: readonly string[];
  /** Null: the clinic has no exchange; the number is to be copied. */
  onCall: ((phone: string) => void) | null;
}

/** Numbers to call with a click, or to copy. */
export function Phones({ phones, onCall }: PhonesProps) {
  const t = useTranslations();
  if (phones.length === 0) return <p className={styles.quiet}>{t('lists.noPhone')}</p>;
  return (
    <ul className={styles.phones} aria-label={t('lists.phones')}>
      {phones.map((phone, index) => (
        <li key={phone}>
          <span className={styles.number}>{readablePhone(phone)}</span>
          {onCall && (
            <button type="button" className={controls.button} data-main={index === 0 || undefined} onClick={() => onCall(phone)}>
              <IconPhone size={14} aria-hidden /> {t('call.callBack')} {index === 0 && <kbd aria-hidden>{shortcuts.callBack.shown}</kbd>}
            </button>
          )}
          <CopyButton value={phone}>
            {({ copy }) => (
              <button
                type="button"
                className={controls.button}
                onClick={() => {
                  copy();
                  toast('done', t('app.copied'));
                }}
              >
                <IconCopy size={14} aria-hidden /> {t('lists.copyPhone')}
              </button>
            )}
          </CopyButton>
        </li>
      ))}
    </ul>
  );
}
