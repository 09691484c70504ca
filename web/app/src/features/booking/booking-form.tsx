'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { book, holdSlot, reschedule } from '@/shared/api/endpoints';
import { ApiError, isPassing } from '@/shared/api/http';
import type { Appointment, LinkedPatient, RequestRow, SlotRow, UnderstoodWords } from '@/shared/api/types';
import { useBookingRefusalWords } from '@/shared/i18n/words';
import { forgetSlots } from '@/shared/live/slot-store';
import { toast } from '@/shared/ui/toast-store';
import styles from './booking.module.css';
import { type Chosen, choose, letGo, release, type Search, useChosen } from './chosen-slots';
import { HeldSlot } from './held-slot';
import { SlotFinder } from './slot-finder';
import { useSlotTime } from './slot-words';
import { anySlot, type SlotFilter } from './use-slots';
import { keepVisit } from './use-visits';
import { WaitingForm } from './waiting-form';

interface BookingFormProps {
  row: RequestRow;
  patient: Pick<LinkedPatient, 'id' | 'name'> | null;
  /** The visit that gets another time. Null: a new one. */
  moving: Appointment | null;
  /** What to choose from first. Null: whatever is free. */
  instead: SlotRow[] | null;
  /** It is booked or moved. */
  onDone?: (() => void) | undefined;
  onLeave: () => void;
}

/** The nearest free ones, when the wanted slot went to somebody else. */
export const alternativesOf = (error: unknown): SlotRow[] | null => {
  if (!(error instanceof ApiError) || !error.title.startsWith('slot.')) return null;
  const { alternatives } = error.problem;
  return Array.isArray(alternatives) ? (alternatives as SlotRow[]) : [];
};

/** Words → slots → Enter holds one → Enter books it. The only promise is the one the MIS has given. */
export function BookingForm({ row, patient, moving, instead, onDone, onLeave }: BookingFormProps) {
  const t = useTranslations('booking');
  const client = useQueryClient();
  const refusal = useBookingRefusalWords();
  const time = useSlotTime();
  const chosen = useChosen(row.id);
  const [search, setSearch] = useState<Search>(
    chosen?.search ?? { words: '', filter: { ...anySlot, practitioner: moving?.slot.practitioner.id ?? '' } },
  );
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [alternatives, setAlternatives] = useState(instead);
  const [waiting, setWaiting] = useState<{ filter: SlotFilter; understood: UnderstoodWords | null } | null>(null);
  const [isAsked, setAsked] = useState(chosen === null);
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);

  const tellOf = (slot: SlotRow, words: string) => {
    if (isShown.current) setTrouble(words);
    // Whoever has gone on to something else must know whom it is about.
    else toast('trouble', `${[row.contact.name, time(slot)].filter(Boolean).join(', ')}: ${words}`);
  };

  const attempt = async (slot: SlotRow, held: Chosen | null, act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setTrouble('');
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) tellOf(slot, refusal(error)); // a 401 is told by the dialog over the page
      const others = alternativesOf(error);
      if (others) setAlternatives(others);
      // Refused is refused; after no answer the same slot is still ours to try again.
      if (held && !isPassing(error) && !(error instanceof ApiError && error.status === 401)) release(row.id, held);
      void client.invalidateQueries({ queryKey: ['slots'] });
    } finally {
      setBusy(false);
    }
  };

  const hold = (slot: SlotRow) =>
    attempt(slot, null, async () => {
      choose(row.id, slot, await holdSlot(slot.id, row.id), moving, search);
      setAsked(false);
    });

  const confirm = (held: Chosen) =>
    attempt(held.slot, held, async () => {
      const { slot, idempotencyKey } = held;
      if (!held.moving && !patient) {
        setTrouble(t('whoFirst'));
        return;
      }
      const visit = held.moving
        ? await reschedule(held.moving.id, slot.id, idempotencyKey)
        : await book({ requestId: row.id, patientId: patient?.id ?? '', slotId: slot.id, idempotencyKey });
      keepVisit(client, row, visit);
      void client.invalidateQueries({ queryKey: ['visits', row.id] });
      letGo(row.id, held);
      const isPromised = held.moving ? !visit.moveTo : visit.status === 'booked';
      toast(
        'done',
        t(isPromised ? (held.moving ? 'movedDone' : 'bookedDone') : 'preliminaryDone', { time: time(isPromised ? visit.slot : slot) }),
      );
      onDone?.();
      onLeave();
    });

  return (
    <div className={styles.form}>
      {moving && <p className={styles.moving}>{t('movingFrom', { time: time(moving.slot), name: moving.slot.practitioner.name })}</p>}
      {chosen ? (
        <HeldSlot
          chosen={chosen}
          busy={busy}
          moving={chosen.moving !== null}
          onConfirm={() => void confirm(chosen)}
          onRelease={() => {
            release(row.id, chosen);
            setTrouble('');
          }}
          onExpired={() => {
            letGo(row.id, chosen);
            setTrouble(t('expired'));
            forgetSlots();
            void client.invalidateQueries({ queryKey: ['slots'] });
          }}
        />
      ) : waiting && patient ? (
        <WaitingForm requestId={row.id} patientId={patient.id} {...waiting} onLeave={onLeave} />
      ) : (
        <SlotFinder
          isAsked={isAsked}
          search={search}
          alternatives={alternatives}
          busy={busy}
          onPick={(slot) => void hold(slot)}
          onSearch={(next) => {
            setSearch(next);
            setAlternatives(null);
            setTrouble('');
          }}
          onWait={patient && !moving ? (filter, understood) => setWaiting({ filter, understood }) : null}
          onLeave={onLeave}
        />
      )}
      <p role="alert" className={styles.trouble}>
        {trouble}
      </p>
    </div>
  );
}
