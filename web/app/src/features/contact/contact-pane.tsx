'use client';
import { CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useRequestDetails } from '@/entities/request/queries';
import { otherRequestsOf, useQueue, useRow } from '@/entities/request/store';
import type { LinkedPatient, RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { readablePhone } from '@/shared/lib/phone';
import { followInside, requestPath } from '@/shared/lib/route';
import { dayAndTime, shortMoment } from '@/shared/lib/time';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import { PaneState } from '@/shared/ui/pane-state';
import styles from './contact.module.css';
import { Household } from './household';
import { PatientMatch } from './patient-match';
import { useContact } from './use-contact';

/** What another feature shows of the person, below who they are. */
export type AboutPerson = (row: RequestRow, patient: LinkedPatient | null) => ReactNode;

export function ContactPane({ id, children }: { id: string; children: AboutPerson }) {
  const row = useRow(id);
  return row ? <Pane row={row} more={children} /> : <Frame />;
}

function Pane({ row, more }: { row: RequestRow; more: AboutPerson }) {
  const t = useTranslations('contact');
  const details = useRequestDetails(row.id);
  const contact = useContact(row);
  return (
    <Frame>
      <Person row={row} />
      {contact.what ? (
        <>
          {contact.isOld && (
            <p className={styles.old} role="status">
              {t('old')}
            </p>
          )}
          <PatientMatch key={row.id} row={row} contact={contact.what} isOld={contact.isOld} />
          {more(row, contact.what.patient ?? null)}
          <Household row={row} contact={contact.what} />
        </>
      ) : (
        contact.failed && <PaneState tone="trouble" title={t('failed')} onRetry={contact.again} />
      )}
      <OtherRequests row={row} />
      <About row={row} traceId={details.data?.traceId ?? null} />
    </Frame>
  );
}

function Frame({ children }: { children?: ReactNode }) {
  const t = useTranslations('contact');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <aside className={styles.pane} aria-label={t('title')} tabIndex={0}>
      {children}
    </aside>
  );
}

function Person({ row }: { row: RequestRow }) {
  const t = useTranslations('contact');
  const queue = useTranslations('queue');
  const { name, phone, email } = row.contact;
  return (
    <section className={styles.block}>
      <h2 className={styles.name}>{name || queue('unknownContact')}</h2>
      <dl className={styles.facts}>
        <dt>{t('phone')}</dt>
        <dd>
          {phone ? (
            <Copyable text={phone} shown={readablePhone(phone)} label={t('copyPhone')} />
          ) : (
            <span className={styles.none}>{t('none')}</span>
          )}
        </dd>
        <dt>{t('email')}</dt>
        <dd>{email ? <Copyable text={email} shown={email} label={t('copyEmail')} /> : <span className={styles.none}>{t('none')}</span>}</dd>
      </dl>
    </section>
  );
}

function Copyable({ text, shown, label }: { text: string; shown: ReactNode; label: string }) {
  const t = useTranslations('app');
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <span className={styles.copyable}>
          <span className={styles.value}>{shown}</span>
          <button type="button" onClick={copy} aria-label={copied ? t('copied') : label} title={copied ? t('copied') : label}>
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </button>
        </span>
      )}
    </CopyButton>
  );
}

function OtherRequests({ row }: { row: RequestRow }) {
  const t = useTranslations();
  const now = useNow();
  const locale = useAppLocale();
  const byId = useQueue((s) => s.byId);
  const order = useQueue((s) => s.order);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map is changed in place; a new order means new members
  const others = useMemo(() => otherRequestsOf(byId, row), [byId, order, row]);
  if (others.length === 0) return null;
  return (
    <section className={styles.block}>
      <h3 className={styles.heading}>{t('contact.otherRequests')}</h3>
      <ul className={styles.others}>
        {others.map((each) => (
          <li key={each.id}>
            <a href={requestPath(each.id)} onClick={followInside}>
              <ChannelIcon channel={each.channel} size={14} />
              <span>{each.subject || each.preview || t('conversation.number', { number: String(each.number) })}</span>
              <time dateTime={each.lastContactAt}>{shortMoment(each.lastContactAt, now, locale)}</time>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function About({ row, traceId }: { row: RequestRow; traceId: string | null }) {
  const t = useTranslations();
  const locale = useAppLocale();
  return (
    <section className={styles.block}>
      <h3 className={styles.heading}>{t('contact.about')}</h3>
      <dl className={styles.facts}>
        <dt>{t('contact.channel')}</dt>
        <dd>{t(`channel.${row.channel}`)}</dd>
        <dt>{t('contact.created')}</dt>
        <dd>{dayAndTime(row.createdAt, locale)}</dd>
        <dt>{t('contact.lastContact')}</dt>
        <dd>{dayAndTime(row.lastContactAt, locale)}</dd>
        {row.status === 'snoozed' && row.snoozedUntil && (
          <>
            <dt>{t('contact.snoozed')}</dt>
            <dd>{dayAndTime(row.snoozedUntil, locale)}</dd>
          </>
        )}
        {row.outcome && (
          <>
            <dt>{t('contact.outcome')}</dt>
            <dd>{t(`outcome.${row.outcome}`)}</dd>
          </>
        )}
        {traceId && (
          <>
            <dt>{t('contact.trace')}</dt>
            <dd>
              <Copyable text={traceId} shown={<code>{traceId.slice(0, 8)}…</code>} label={t('contact.copyTrace')} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
