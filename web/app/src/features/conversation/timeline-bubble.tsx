'use client';
import { IconAlertTriangle, IconRobot, IconShieldCheck, IconShieldX, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { useSession } from '@/entities/session/store';
import type { RequestRow, TimelineItem } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { clockTime, dayAndTime, fullTime } from '@/shared/lib/time';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import { Attachments } from './attachments';
import styles from './conversation.module.css';
import { DeliveryLine } from './delivery-line';
import { EarlierTexts } from './earlier-texts';
import { FoldedText } from './folded-text';
import { OriginalMail } from './original-mail';

/** Written long before it reached us: worth telling. */
const LATE_MS = 15 * 60_000;

export function TimelineBubble({ item, row }: { item: TimelineItem; row: RequestRow }) {
  const t = useTranslations('conversation');
  const locale = useAppLocale();
  const mayReadRaw = useSession((s) => s.user?.roles.some((role) => role === 'supervisor' || role === 'admin') ?? false);
  const isLate = item.kind === 'inbound' && item.receivedAt && Date.parse(item.receivedAt) - Date.parse(item.at) > LATE_MS;
  const author =
    item.kind === 'inbound' ? (item.author ?? row.contact.name ?? t('contact')) : (item.agent?.name ?? item.author ?? t('system'));
  return (
    <article className={styles.bubble} data-kind={item.kind} data-removed={item.removedAt ? true : undefined}>
      <header className={styles.bubbleHead}>
        {item.kind === 'inbound' && item.channel && <ChannelIcon channel={item.channel} size={14} />}
        <b>{item.kind === 'note' ? t('noteOf', { name: author }) : author}</b>
        <time dateTime={item.at} title={fullTime(item.at, locale)}>
          {clockTime(item.at, locale)}
        </time>
        {item.automated && (
          <span className={styles.automated}>
            <IconRobot size={14} aria-hidden /> {t('automated')}
          </span>
        )}
      </header>
      {isLate && item.receivedAt && (
        <p className={styles.small}>
          {t('sentByContact', { at: dayAndTime(item.at, locale), received: dayAndTime(item.receivedAt, locale) })}
        </p>
      )}
      {item.subject && item.subject !== row.subject && <p className={styles.bubbleSubject}>{item.subject}</p>}
      <FormFields item={item} />
      {typeof item.text === 'string'
        ? item.text && !isMadeOfFields(item) && <FoldedText text={item.text} folds={item.folds ?? []} />
        : !item.form?.length && <p className={styles.erased}>{t('erased')}</p>}
      {item.removedAt && (
        <p className={styles.removed}>
          <IconTrash size={14} aria-hidden /> {t('removedByContact', { at: dayAndTime(item.removedAt, locale) })}
        </p>
      )}
      <EarlierTexts item={item} />
      <Attachments attachments={item.attachments} />
      {mayReadRaw && item.channel === 'email' && item.rawInputId && <OriginalMail rawInputId={item.rawInputId} />}
      <ConsentLine item={item} />
      <Suspicions codes={item.suspicions} />
      {item.kind === 'reply' && <DeliveryLine item={item} row={row} />}
    </article>
  );
}

/** A form without a field for words has its fields for a text, one a line; they stand in the list already. */
export function isMadeOfFields(item: Pick<TimelineItem, 'text' | 'form'>): boolean {
  const left = (item.form ?? []).reduce((text, { name, value }) => (value ? text.replace(`${name}: ${value}`, '') : text), item.text ?? '');
  return !!item.form?.length && left.trim() === '';
}

function FormFields({ item }: { item: TimelineItem }) {
  const t = useTranslations('conversation');
  const fields = useTranslations('field');
  type Field = Parameters<typeof fields>[0];
  const told = (name: string, value: string) =>
    value.trim() === '' || value.trim() === item.text?.trim() || (name === 'consent' && !!item.consent);
  const shown = item.form?.filter((field) => !told(field.name, field.value ?? '')) ?? [];
  if (shown.length === 0) return null;
  return (
    <dl className={styles.form} aria-label={t('formFields')}>
      {shown.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a form may send one name twice, and its order never changes
        <div key={`${field.name}-${index}`}>
          <dt>{fields.has(field.name as Field) ? fields(field.name as Field) : field.name}</dt>
          <dd>{field.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ConsentLine({ item }: { item: TimelineItem }) {
  const t = useTranslations('conversation');
  const locale = useAppLocale();
  if (!item.consent) return null;
  const { given, at, textVersion, remoteAddress } = item.consent;
  const details = [
    textVersion && t('consentVersion', { version: textVersion }),
    remoteAddress && t('consentAddress', { address: remoteAddress }),
  ].filter(Boolean);
  return (
    <p className={styles.consent} data-given={given}>
      {given ? <IconShieldCheck size={14} aria-hidden /> : <IconShieldX size={14} aria-hidden />}
      <span>{[given ? t('consentGiven', { at: fullTime(at, locale) }) : t('consentNotGiven'), ...details].join(' · ')}</span>
    </p>
  );
}

function Suspicions({ codes }: { codes: string[] }) {
  const t = useTranslations('suspicion');
  const words = useCodeWords('suspicion');
  if (codes.length === 0) return null;
  return (
    <p className={styles.suspicions}>
      <IconAlertTriangle size={14} aria-hidden />
      <span>
        {t('title')}: {codes.map(words).join(', ')}. {t('stays')}
      </span>
    </p>
  );
}
