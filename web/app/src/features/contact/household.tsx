'use client';
import { useTranslations } from 'use-intl';
import { mergeContacts, unmergeContacts } from '@/shared/api/endpoints';
import type { ContactDetails, RequestRow } from '@/shared/api/types';
import styles from './contact.module.css';
import { useContactDecision } from './use-contact';

/** Who else uses the phone, and who was said to be the same person. Both words can be given and taken back. */
export function Household({ row, contact }: { row: RequestRow; contact: ContactDetails }) {
  const t = useTranslations('contact');
  const queue = useTranslations('queue');
  const decision = useContactDecision(row);
  if (contact.household.length === 0 && contact.merged.length === 0) return null;
  const merge = (other: string) => decision.mutate({ act: () => mergeContacts(contact.id, other), done: t('mergedDone') });
  const unmerge = (other: string) => decision.mutate({ act: () => unmergeContacts(contact.id, other), done: t('unmergedDone') });
  return (
    <section className={styles.block} aria-busy={decision.isPending}>
      {contact.household.length > 0 && (
        <>
          <h3 className={styles.heading}>{t('household')}</h3>
          <ul className={styles.people}>
            {contact.household.map((other) => (
              <li key={other.id}>
                <span>{other.name || queue('unknownContact')}</span>
                <button
                  type="button"
                  disabled={decision.isPending}
                  onClick={() => merge(other.id)}
                  aria-label={t('mergeOne', { name: other.name || queue('unknownContact') })}
                >
                  {t('merge')}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {contact.merged.length > 0 && (
        <>
          <h3 className={styles.heading}>{t('merged')}</h3>
          <ul className={styles.people}>
            {contact.merged.map((other) => (
              <li key={other.id}>
                <span>{other.name || queue('unknownContact')}</span>
                <button
                  type="button"
                  disabled={decision.isPending}
                  onClick={() => unmerge(other.id)}
                  aria-label={t('unmergeOne', { name: other.name || queue('unknownContact') })}
                >
                  {t('unmerge')}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
