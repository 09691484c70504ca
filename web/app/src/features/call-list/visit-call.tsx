'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import { useMyId } from '@/entities/session/store';
import { CancelVisit } from '@/entities/visit/cancel-visit';
import type { CallListRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useNow } from '@/shared/lib/clock';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import { dayAndTime, momentIn, nearMoment } from '@/shared/lib/time';
import controls from '@/shared/ui/controls.module.css';
import { Phones } from '@/shared/ui/phones';
import { RequestLink } from '@/shared/ui/request-link';
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
          <RequestLink id={entry.requestId}>{t('openRequestOf')}</RequestLink>
        </dd>
      </dl>
      {asked === 'cancel' ? (
        <CancelVisit
          busy={results.busy}
          styles={{ form: styles.asked, choices: styles.choices }}
          onLeave={() => setAsked('nothing')}
          onCancel={(reason, key) => void results.cancel(reason, key)}
        />
      ) : asked === 'later' ? (
        <fieldset className={styles.asked} aria-label={t('whenLater')}>
          <p>{t('whenLater')}</p>
          <span className={styles.choices}>
            {later.map(({ label, hint, act }, index) => (
              <button key={label} type="button" className={controls.button} disabled={!may} onClick={act}>
                {label} {hint && <span className={styles.quiet}>{hint}</span>} <kbd aria-hidden>{index + 1}</kbd>
              </button>
            ))}
            <button type="button" className={controls.button} onClick={() => setAsked('nothing')}>
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
                  <button key={key} type="button" className={controls.button} disabled={!may} onClick={act}>
                    {t(`act.${key}`)} <kbd aria-hidden>{index + 1}</kbd>
                  </button>
                ),
            )}
          </span>
          {!isOthers && (
            <span className={styles.choices}>
              <button
                type="button"
                className={controls.button}
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
