'use client';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import { useMyId } from '@/entities/session/store';
import type { CallListRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { followInside, requestPath } from '@/shared/lib/route';
import { dayAndTime, momentIn, nearMoment } from '@/shared/lib/time';
import { uuidv7 } from '@/shared/lib/uuid';
import { Phones } from '@/shared/ui/phones';
import styles from '@/shared/ui/work-desk.module.css';
import { callerOf, laterChoices } from './calls';
import { useCallResults } from './use-call-results';

interface VisitCallProps {
  entry: CallListRow;
  onBook: (entry: CallListRow, done: () => void) => void;
}

/** A patient to be called about a visit: call, hear, note what came of it with one key. */
export function VisitCall({ entry, onBook }: VisitCallProps) {
  const t = useTranslations('calls');
  const locale = useAppLocale();
  const now = useNow();
  const me = useMyId();
  const canCall = useCanCall();
  const callBack = useCallBack();
  const results = useCallResults(entry);
  const [asked, setAsked] = useState<'nothing' | 'cancel' | 'later'>('nothing');
  const caller = callerOf(entry, now);
  const isOthers = Boolean(caller && caller.id !== me);
  const isMine = caller?.id === me;
  const missedVisit = entry.reason === 'noShow';
  const may = !isOthers && !results.busy;

  const ring = async (phone: string) => {
    if (await results.take()) await callBack(entry.requestId, phone);
  };
  const book = async () => {
    if (await results.take()) onBook(entry, () => void results.moved());
  };
  const choices = laterChoices(entry.slot.start, new Date(now));
  const acts = [
    { key: 'confirmed', act: () => void results.finish('confirmed'), hidden: missedVisit },
    { key: missedVisit ? 'bookAgain' : 'moved', act: () => void book(), hidden: false },
    { key: 'cancelled', act: () => setAsked('cancel'), hidden: missedVisit },
    { key: 'notReached', act: () => setAsked('later'), hidden: false },
    { key: 'other', act: () => void results.finish('other'), hidden: false },
  ] as const;
  const later = [
    ...choices.map(({ key, until }) => ({
      label: t(`laterIn.${key}`),
      hint: nearMoment(until.toISOString(), now, locale),
      act: () => void results.putOff(until),
    })),
    { label: t('giveUp'), hint: '', act: () => void results.finish('unreachable') },
  ];
  const digit = (index: number) => (event: KeyboardEvent) => {
    if (!may || asked === 'cancel') return;
    event.preventDefault(); // or it would be typed into the field that it opens
    if (asked === 'later') later[index]?.act();
    else if (!acts[index]?.hidden) acts[index]?.act();
  };
  usePhysicalKeys(
    {
      callBack: () => may && canCall && entry.phones[0] && void ring(entry.phones[0]),
      take: () => may && void (isMine ? results.leave() : results.take()),
    },
    [
      ...[0, 1, 2, 3, 4].map((index): [string, (event: KeyboardEvent) => void] => [`Digit${index + 1}`, digit(index)]),
      ['Escape', () => setAsked('nothing')],
    ],
  );
  return (
    <section className={styles.details} aria-label={t('details')} aria-busy={results.busy}>
      <h2>{entry.patientName || t('unknown')}</h2>
      <p>{t(`why.${entry.reason}`)}</p>
      {isOthers && caller && (
        <p className={styles.note} role="status">
          {t('takenBy', { name: caller.name })}
        </p>
      )}
      <Phones phones={entry.phones} onCall={canCall && may ? (phone) => void ring(phone) : null} />
      <dl className={styles.facts}>
        <dt>{t('visit')}</dt>
        <dd>{momentIn(entry.slot.start, entry.slot.timeZone, locale)}</dd>
        <dt>{t('practitioner')}</dt>
        <dd>{[entry.slot.practitionerName, entry.slot.locationName].filter(Boolean).join(' · ')}</dd>
        {entry.tries > 0 && (
          <>
            <dt>{t('tries')}</dt>
            <dd>
              {t('triesCount', { count: entry.tries })}
              {entry.callAt && Date.parse(entry.callAt) > now && `, ${t('later', { time: nearMoment(entry.callAt, now, locale) })}`}
            </dd>
          </>
        )}
        <dt>{t('listed')}</dt>
        <dd>{dayAndTime(entry.listedAt, locale)}</dd>
        <dt>{t('request')}</dt>
        <dd>
          <a href={requestPath(entry.requestId)} onClick={followInside}>
            {t('openRequestOf')}
          </a>{' '}
          <kbd aria-hidden>Enter</kbd>
        </dd>
      </dl>
      {asked === 'cancel' ? (
        <CancelVisit busy={results.busy} onLeave={() => setAsked('nothing')} onCancel={(reason, key) => void results.cancel(reason, key)} />
      ) : asked === 'later' ? (
        <fieldset className={styles.asked} aria-label={t('whenLater')}>
          <p>{t('whenLater')}</p>
          <span className={styles.choices}>
            {later.map(({ label, hint, act }, index) => (
              <button key={label} type="button" className={styles.button} disabled={!may} onClick={act}>
                {label} {hint && <span className={styles.quiet}>{hint}</span>} <kbd aria-hidden>{index + 1}</kbd>
              </button>
            ))}
            <button type="button" className={styles.button} onClick={() => setAsked('nothing')}>
              {t('back')} <kbd aria-hidden>Esc</kbd>
            </button>
          </span>
        </fieldset>
      ) : (
        <>
          <span className={styles.choices}>
            {acts.map(
              ({ key, act, hidden }, index) =>
                !hidden && (
                  <button key={key} type="button" className={styles.button} disabled={!may} onClick={act}>
                    {t(`act.${key}`)} <kbd aria-hidden>{index + 1}</kbd>
                  </button>
                ),
            )}
          </span>
          {!isOthers && (
            <span className={styles.choices}>
              <button
                type="button"
                className={styles.button}
                disabled={!may}
                onClick={() => void (isMine ? results.leave() : results.take())}
              >
                {t(isMine ? 'leave' : 'take')} <kbd aria-hidden>T</kbd>
              </button>
            </span>
          )}
        </>
      )}
    </section>
  );
}

function CancelVisit(props: { busy: boolean; onCancel: (reason: string, key: string) => void; onLeave: () => void }) {
  const t = useTranslations('booking');
  const [reason, setReason] = useState('');
  // The same form is the same cancellation, however often it is sent.
  const key = useRef(uuidv7());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!props.busy) props.onCancel(reason.trim(), key.current);
  };
  return (
    <form
      className={styles.asked}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onLeave();
      }}
    >
      <label>
        {t('reason')}
        <input
          // biome-ignore lint/a11y/noAutofocus: the manager has just asked for this field
          autoFocus
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
          autoComplete="off"
        />
      </label>
      <span className={styles.choices}>
        <button type="submit" className={styles.button} data-main disabled={props.busy}>
          {t('cancelSubmit')} <kbd aria-hidden>Enter</kbd>
        </button>
        <button type="button" className={styles.button} onClick={props.onLeave}>
          {t('keep')} <kbd aria-hidden>Esc</kbd>
        </button>
      </span>
    </form>
  );
}
