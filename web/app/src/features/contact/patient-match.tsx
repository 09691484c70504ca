'use client';
import { IconUserCheck, IconUserQuestion } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { usePatientsSoFar } from '@/entities/patient-index/queries';
import { declinePatient, linkPatient, searchPatients, tellBirthDate, unlinkPatient } from '@/shared/api/endpoints';
import type { ContactDetails, LinkedPatient, PatientCandidate, PatientDetails, RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useCodeWords } from '@/shared/i18n/words';
import { shortcuts, usePhysicalKeys } from '@/shared/lib/hotkeys';
import { calendarDate } from '@/shared/lib/time';
import styles from './contact.module.css';
import { useContactDecision } from './use-contact';

interface PatientMatchProps {
  row: RequestRow;
  contact: ContactDetails;
  /** It could not be read anew: who comes first now is not known, so no key decides about them. */
  isOld?: boolean;
}

/** Who of the patients it is: linked, suggested with the reasons, or to be looked for. Nothing of a card is told before the person is certain. */
export function PatientMatch({ row, contact, isOld = false }: PatientMatchProps) {
  const t = useTranslations('contact');
  const decision = useContactDecision(row);
  const act = (done: string, what: () => Promise<ContactDetails>) => {
    if (!decision.isPending) decision.mutate({ act: what, done });
  };
  const confirm = (patientId: string) => act(t('linkedDone'), () => linkPatient(contact.id, patientId));
  const decline = (patientId: string) => act(t('declinedDone'), () => declinePatient(contact.id, patientId));
  const first = isOld ? undefined : contact.candidates[0];
  usePhysicalKeys(first ? { confirmPatient: () => confirm(first.patientId), declinePatient: () => decline(first.patientId) } : {});
  return (
    <section className={styles.block} aria-busy={decision.isPending}>
      <h3 className={styles.heading}>{t('patient')}</h3>
      {contact.patient ? (
        <Linked patient={contact.patient} onUnlink={() => act(t('unlinkedDone'), () => unlinkPatient(contact.id))} />
      ) : (
        <>
          <ListBeingFilled />
          {contact.candidates.length > 0 ? (
            <div className={styles.maybe}>
              <p>
                <IconUserQuestion size={18} aria-hidden /> {contact.candidates.length > 1 ? t('maybeMany') : t('maybeOne')}
              </p>
              <ul>
                {contact.candidates.map((each) => (
                  <Candidate
                    key={each.patientId}
                    candidate={each}
                    hasKeys={each === first}
                    onConfirm={() => confirm(each.patientId)}
                    onDecline={() => decline(each.patientId)}
                  />
                ))}
              </ul>
              <p className={styles.caution}>{t('askFirst')}</p>
            </div>
          ) : (
            <p className={styles.nobody}>
              {t('noMatch')}. {t('noMatchHint')}
            </p>
          )}
          {!contact.misAnswered && <p className={styles.nobody}>{t('misSilent')}</p>}
          {contact.askBirthOn && <AskBirthDate onTold={(birthOn) => act(t('birthDone'), () => tellBirthDate(contact.id, birthOn))} />}
          <PatientFinder row={row} onFound={confirm} />
        </>
      )}
    </section>
  );
}

/** Until the list of the MIS's patients was read to its end, somebody may be missing, and a rare name is taken for a common one. */
function ListBeingFilled() {
  const t = useTranslations('contact');
  const count = usePatientsSoFar();
  return count === undefined ? null : (
    <p className={styles.filling}>
      {/* The number grows all the time: only the words are read aloud, and once. */}
      <span role="status">{t('listBeingFilled')}</span> {t('listedSoFar', { count })}
    </p>
  );
}

function Linked({ patient, onUnlink }: { patient: LinkedPatient; onUnlink: () => void }) {
  const t = useTranslations('contact');
  const locale = useAppLocale();
  return (
    <div className={styles.linked}>
      <IconUserCheck size={20} aria-hidden />
      <div>
        <b>{patient.name || t('cardOnly', { id: patient.id })}</b>
        {patient.birthOn && <span>{t('born', { date: calendarDate(patient.birthOn, locale) })}</span>}
        <span>{patient.by ? t('confirmedBy', { name: patient.by.name }) : `${t('certain')}: ${t('certainHint')}`}</span>
        <span className={styles.choices}>
          <button type="button" onClick={onUnlink}>
            {t('unlink')}
          </button>
        </span>
      </div>
    </div>
  );
}

function Candidate(props: { candidate: PatientCandidate; hasKeys: boolean; onConfirm: () => void; onDecline: () => void }) {
  const { candidate, hasKeys } = props;
  const t = useTranslations('contact');
  const reason = useCodeWords('contact.reasons');
  const locale = useAppLocale();
  return (
    <li>
      <b>{candidate.name}</b> <span className={styles.grade}>{candidate.grade === 'possible' ? t('possible') : t('probable')}</span>
      {candidate.birthOn && <span>{t('born', { date: calendarDate(candidate.birthOn, locale) })}</span>}
      {candidate.reasons.length > 0 && <span>{candidate.reasons.map(reason).join(', ')}</span>}
      <span className={styles.choices}>
        <button type="button" onClick={props.onConfirm} aria-label={t('confirmOne', { name: candidate.name })}>
          {t('confirm')} {hasKeys && <kbd aria-hidden>{shortcuts.confirmPatient.shown}</kbd>}
        </button>
        <button type="button" onClick={props.onDecline} aria-label={t('declineOne', { name: candidate.name })}>
          {t('decline')} {hasKeys && <kbd aria-hidden>{shortcuts.declinePatient.shown}</kbd>}
        </button>
      </span>
    </li>
  );
}

function AskBirthDate({ onTold }: { onTold: (birthOn: string) => void }) {
  const t = useTranslations('contact');
  const [birthOn, setBirthOn] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (birthOn.trim()) onTold(birthOn.trim());
  };
  return (
    <form className={styles.ask} onSubmit={submit}>
      <label>
        {t('birthLabel')}
        <input
          value={birthOn}
          onChange={(event) => setBirthOn(event.target.value)}
          placeholder={t('birthExample')}
          inputMode="numeric"
          autoComplete="off"
        />
      </label>
      <button type="submit">{t('birthCheck')}</button>
    </form>
  );
}

/** Nobody was suggested, or the wrong ones: the manager looks for the card herself. */
function PatientFinder({ row, onFound }: { row: RequestRow; onFound: (patientId: string) => void }) {
  const t = useTranslations('contact');
  const locale = useAppLocale();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<PatientDetails[] | 'failed' | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim().length < 2) return;
    searchPatients(words.trim(), row.id).then(
      ({ items }) => setFound(items),
      () => setFound('failed'),
    );
  };
  return (
    <>
      <form className={styles.ask} onSubmit={submit}>
        <label>
          {t('findLabel')}
          <input value={words} onChange={(event) => setWords(event.target.value)} placeholder={t('findExample')} autoComplete="off" />
        </label>
        <button type="submit">{t('find')}</button>
      </form>
      <div role="status" className={styles.found}>
        {found === 'failed' && <p>{t('findFailed')}</p>}
        {found !== 'failed' && found?.length === 0 && <p>{t('noMatch')}</p>}
        {found !== 'failed' && found && found.length > 0 && (
          <ul>
            {found.slice(0, 10).map((patient) => (
              <li key={patient.id}>
                <span>
                  {patient.name}
                  {patient.birthOn && `, ${calendarDate(patient.birthOn, locale)}`}
                </span>
                <button type="button" onClick={() => onFound(patient.id)} aria-label={t('confirmOne', { name: patient.name })}>
                  {t('link')}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
