'use client';
import { IconCheck, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAppLocale } from '../i18n/locale';
import { clockTime } from '../lib/time';
import { useConnection } from '../live/connection-store';
import styles from './connection-strip.module.css';

/** Most drops heal before anyone should be told. */
const SILENT_MS = 2_000;
const BACK_SHOWN_MS = 2_500;

export function ConnectionStrip({ onWake }: { onWake: () => void }) {
  const t = useTranslations('connection');
  const locale = useAppLocale();
  const { status, staleSince } = useConnection();
  const [shown, setShown] = useState<'nothing' | 'lost' | 'back'>('nothing');
  const told = useRef(false);

  useEffect(() => {
    if (staleSince !== null) {
      const tell = () => {
        told.current = true;
        setShown('lost');
      };
      const offline = !navigator.onLine;
      const timer = setTimeout(tell, offline ? 0 : Math.max(0, SILENT_MS - (Date.now() - staleSince)));
      return () => clearTimeout(timer);
    }
    if (!told.current) return;
    told.current = false;
    setShown('back');
    const timer = setTimeout(() => setShown('nothing'), BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [staleSince]);

  const time = staleSince === null ? '' : clockTime(staleSince, locale);
  return (
    <div className={styles.place} role="status" aria-live="polite">
      {shown === 'lost' && staleSince !== null && (
        <div className={styles.strip} data-tone={status === 'resyncing' ? 'back' : 'lost'}>
          {status === 'resyncing' ? <IconRefresh size={16} aria-hidden /> : <IconCloudOff size={16} aria-hidden />}
          <span>{status === 'resyncing' ? t('resyncing') : navigator.onLine ? t('lost', { time }) : t('offline', { time })}</span>
          {status !== 'resyncing' && (
            <button type="button" onClick={onWake}>
              {t('now')}
            </button>
          )}
        </div>
      )}
      {shown === 'back' && (
        <div className={styles.strip} data-tone="back">
          <IconCheck size={16} aria-hidden />
          <span>{t('back')}</span>
        </div>
      )}
    </div>
  );
}
