'use client';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useKeep } from '@/entities/work-list/queries';
import { addToWaitingList } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { UnderstoodWords } from '@/shared/api/types';
import { useListRefusalWords } from '@/shared/i18n/words';
import { uuidv7 } from '@/shared/lib/uuid';
import controls from '@/shared/ui/controls.module.css';
import { toast } from '@/shared/ui/toast-store';
import styles from './booking.module.css';
import { Filters } from './slot-filters';
import type { SlotFilter } from './use-slots';

interface WaitingFormProps {
  requestId: string;
  patientId: string;
  /** What was looked for in vain. */
  filter: SlotFilter;
  understood: UnderstoodWords | null;
  onLeave: () => void;
}

/** Nothing is free as wished: the patient waits, and is asked as soon as something is. */
export function WaitingForm({ requestId, patientId, filter: wished, understood, onLeave }: WaitingFormProps) {
  const t = useTranslations('booking.waiting');
  const keep = useKeep();
  const refusal = useListRefusalWords();
  const [filter, setFilter] = useState(wished);
  const [days, setDays] = useState({ from: understood?.days[0]?.from ?? '', to: understood?.days.at(-1)?.to ?? '' });
  const [times, setTimes] = useState({ after: understood?.after ?? '', before: understood?.before ?? '' });
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const key = useRef(uuidv7());
  const isNothing = !filter.specialty && !filter.practitioner && !filter.location;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (isNothing) return setTrouble(t('nothingNamed'));
    setBusy(true);
    setTrouble('');
    try {
      await addToWaitingList({
        requestId,
        patientId,
        // The doctor says it all; a specialty beside it would only let others in.
        specialtyIds: filter.specialty && !filter.practitioner ? [filter.specialty] : [],
        practitionerIds: filter.practitioner ? [filter.practitioner] : [],
        locationIds: filter.location ? [filter.location] : [],
        fromDay: days.from || null,
        toDay: days.to || null,
        after: times.after || null,
        before: times.before || null,
        idempotencyKey: key.current,
      });
      keep.refresh('waiting');
      toast('done', t('added'));
      onLeave();
    } catch (error) {
      // Refused is refused: what is sent next is another wish.
      if (!(error instanceof NoAnswer)) key.current = uuidv7();
      const isUnreadable = error instanceof ApiError && error.status === 400;
      if (!(error instanceof ApiError && error.status === 401)) setTrouble(isUnreadable ? t('unreadable') : refusal(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={styles.waiting}
      aria-label={t('title')}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onLeave();
      }}
    >
      <p className={styles.quiet}>{t('hint')}</p>
      <Filters filter={filter} onChange={setFilter} autoFocus />
      <div className={styles.span}>
        <label>
          {t('from')}
          <input type="date" value={days.from} onChange={(event) => setDays({ ...days, from: event.target.value })} />
        </label>
        <label>
          {t('to')}
          <input type="date" value={days.to} min={days.from} onChange={(event) => setDays({ ...days, to: event.target.value })} />
        </label>
        <label>
          {t('after')}
          <input type="time" value={times.after} onChange={(event) => setTimes({ ...times, after: event.target.value })} />
        </label>
        <label>
          {t('before')}
          <input type="time" value={times.before} onChange={(event) => setTimes({ ...times, before: event.target.value })} />
        </label>
      </div>
      <span className={styles.choices}>
        <button type="submit" className={controls.button} data-main disabled={busy}>
          {t('submit')} <kbd aria-hidden>Enter</kbd>
        </button>
        <button type="button" className={controls.button} onClick={onLeave}>
          {t('leave')} <kbd aria-hidden>Esc</kbd>
        </button>
      </span>
      <p role="alert" className={styles.trouble}>
        {trouble}
      </p>
    </form>
  );
}
