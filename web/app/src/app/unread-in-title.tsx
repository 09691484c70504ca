'use client';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useQueue } from '@/entities/request/store';

/** By itself: whoever counts the unread is drawn anew with every message. */
export function UnreadInTitle() {
  const t = useTranslations('app');
  const unread = useQueue((s) => s.unread);
  useEffect(() => {
    document.title = (unread > 0 ? `(${unread}) ` : '') + t('name');
  }, [unread, t]);
  return null;
}
