'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { dayAndTime } from '@/shared/lib/time';
import styles from './conversation.module.css';

/** That the contact rewrote a message is always told; what it said before is one click away. */
export function EarlierTexts({ item }: { item: TimelineItem }) {
  const t = useTranslations('conversation');
  const locale = useAppLocale();
  const [open, setOpen] = useState(false);
  if (!item.editedAt) return null;
  const earlier = item.earlier ?? [];
  return (
    <div className={styles.edited}>
      {earlier.length === 0 ? (
        <span>{t('edited', { at: dayAndTime(item.editedAt, locale) })}</span>
      ) : (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('edited', { at: dayAndTime(item.editedAt, locale) })}
        </button>
      )}
      {open && (
        <ol aria-label={t('earlier')}>
          {earlier.map((each) => (
            <li key={`${each.until}-${each.text}`}>
              <small>{t('earlierUntil', { at: dayAndTime(each.until, locale) })}</small>
              <p>{each.text ?? t('erased')}</p>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
