'use client';
import { CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconUserCheck, IconUserQuestion } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useRequestDetails } from '@/entities/request/queries';
import { otherRequestsOf, useQueue, useRow } from '@/entities/request/store';
import type { MatchReason, PatientCandidate, RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { readablePhone } from '@/shared/lib/phone';
import { followInside, requestPath } from '@/shared/lib/route';
import { calendarDate, dayAndTime, shortMoment } from '@/shared/lib/time';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import { PaneState } from '@/shared/ui/pane-state';
import styles from './contact.module.css';

export function ContactPane({ id }: { id: string }) {
  const t = useTranslations('contact');
  const row = useRow(id);
  const details = useRequestDetails(id);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <aside className={styles.pane} aria-label={t('title')} tabIndex={0}>
      {row && (
        <>
          <Person row={row} />
          {details.isError ? (
            <PaneState tone="trouble" title={t('failed')} onRetry={() => void details.refetch()} />
          ) : (
            details.data && <PatientMatch row={row} candidates={details.data.candidates} />
          )}
          <OtherRequests row={row} />
          <About row={row} traceId={details.data?.traceId ?? null} />
        </>
      )}
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

function PatientMatch({ row, candidates }: { row: RequestRow; candidates: PatientCandidate[] }) {
  const t = useTranslations('contact');
  const linked = row.patient?.grade === 'certain' ? row.patient : null;
  const known = candidates.filter((each) => each.grade !== 'none');
  const linkedCandidate = linked && known.find((each) => each.patientId === linked.id);
  const maybe: PatientCandidate[] =
    known.length > 0 || !row.patient || row.patient.grade === 'none'
      ? known
      : [{ patientId: row.patient.id, name: row.patient.name, grade: row.patient.grade, reasons: [] }];
  return (
    <section className={styles.block}>
      <h3 className={styles.heading}>{t('patient')}</h3>
      {linked ? (
        <div className={styles.linked}>
          <IconUserCheck size={20} aria-hidden />
          <div>
            <b>{linked.name}</b>
            {linkedCandidate && <Identity candidate={linkedCandidate} />}
            <span>
              {t('certain')}: {t('certainHint')}
            </span>
          </div>
        </div>
      ) : maybe.length > 0 ? (
        <div className={styles.maybe}>
          <p>
            <IconUserQuestion size={18} aria-hidden /> {maybe.length > 1 ? t('maybeMany') : t('maybeOne')}
          </p>
          <ul>
            {maybe.map((each) => (
              <li key={each.patientId}>
                <b>{each.name}</b> <span className={styles.grade}>{each.grade === 'possible' ? t('possible') : t('probable')}</span>
                <Identity candidate={each} />
              </li>
            ))}
          </ul>
          <p className={styles.caution}>{t('askFirst')}</p>
        </div>
      ) : (
        <p className={styles.nobody}>
          {t('noMatch')}. {t('noMatchHint')}
        </p>
      )}
    </section>
  );
}

const reasonKey = {
  phone: 'phone',
  email: 'email',
  'full-name': 'fullName',
  surname: 'surname',
  'shared-phone': 'sharedPhone',
} as const satisfies Record<MatchReason, string>;

function Identity({ candidate }: { candidate: PatientCandidate }) {
  const t = useTranslations('contact');
  const reasons = useTranslations('contact.reasons');
  const locale = useAppLocale();
  const words = candidate.reasons.map((each) => (each in reasonKey ? reasons(reasonKey[each]) : each));
  return (
    <>
      {candidate.birthOn && <span>{t('born', { date: calendarDate(candidate.birthOn, locale) })}</span>}
      {words.length > 0 && <span>{words.join(', ')}</span>}
    </>
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
