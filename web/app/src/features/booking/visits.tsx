'use client';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Appointment, LinkedPatient, RequestRow } from '@/shared/api/types';
import { shortcuts, usePhysicalKeys } from '@/shared/lib/hotkeys';
import controls from '@/shared/ui/controls.module.css';
import { AfterAMoment, PaneState } from '@/shared/ui/pane-state';
import styles from './booking.module.css';
import { BookingForm } from './booking-form';
import { endWish, useBookingWish } from './booking-wishes';
import { useChosen } from './chosen-slots';
import { useVisits } from './use-visits';
import { isOver, isRefused, VisitCard } from './visit-card';
import { WaitingWishes } from './waiting-wishes';

/** What the form does: nothing, a new visit, or another time for one that stands or was refused. */
type Wish = 'none' | 'book' | Appointment;

/** The visits of the person behind a request, and the way to one more. */
export function Visits({ row, patient }: { row: RequestRow; patient: LinkedPatient | null }) {
  const t = useTranslations('booking');
  const wish = useBookingWish(row.id);
  // A request may be about somebody else than the one who wrote it.
  const whose = wish?.patient ?? patient;
  const visits = useVisits(row, whose?.id ?? null);
  const chosen = useChosen(row.id);
  const [asked, setAsked] = useState<Wish>('none');
  const [showsOld, setShowsOld] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const items = visits.data?.items ?? [];
  const again = typeof asked === 'object' && isRefused(asked) ? asked : null;
  const movingId = chosen ? chosen.moving : typeof asked === 'object' && !again ? asked.id : (wish?.moving ?? null);
  const moving = items.find((each) => each.id === movingId) ?? null;
  const isOpen = asked !== 'none' || chosen !== null || (wish !== null && visits.data !== undefined);
  usePhysicalKeys({ book: () => setAsked((known) => (known === 'none' ? 'book' : known)) });

  const toOpener = () => setTimeout(() => opener.current?.focus(), 0);
  const leave = () => {
    setAsked('none');
    endWish(row.id);
    toOpener();
  };
  const coming = items.filter((each) => !isOver(each)).reverse();
  const old = items.filter(isOver);
  return (
    <section className={styles.block} aria-label={t('title')}>
      <h3 className={styles.heading}>
        {t('title')}
        {!isOpen && (
          <button ref={opener} type="button" className={controls.button} onClick={() => setAsked('book')}>
            {t('begin')} <kbd aria-hidden>{shortcuts.book.shown}</kbd>
          </button>
        )}
      </h3>
      {visits.errorUpdateCount > 0 && !visits.data ? (
        <PaneState tone="trouble" title={t('visitsFailed')} onRetry={() => void visits.refetch()} />
      ) : !visits.data ? (
        <AfterAMoment>
          <div className={styles.skeleton} aria-busy="true" />
        </AfterAMoment>
      ) : (
        <>
          {coming.length === 0 && <p className={styles.quiet}>{t(old.length > 0 ? 'noneComing' : 'noVisits')}</p>}
          <ul className={styles.visits} aria-label={t('list')}>
            {coming.map((visit) => (
              <VisitCard key={visit.id} row={row} visit={visit} onMove={() => setAsked(visit)} onCancelled={toOpener} />
            ))}
            {showsOld && old.map((visit) => <VisitCard key={visit.id} row={row} visit={visit} />)}
          </ul>
          {old.length > 0 && (
            <button type="button" className={styles.more} aria-expanded={showsOld} onClick={() => setShowsOld(!showsOld)}>
              {showsOld ? t('hideOld') : t('showOld', { count: old.length })}
            </button>
          )}
        </>
      )}
      <WaitingWishes requestId={row.id} />
      {isOpen && wish && wish.patient.id !== patient?.id && <p className={styles.moving}>{t('bookingFor', { name: wish.patient.name })}</p>}
      {isOpen && (
        <BookingForm
          key={moving?.id ?? again?.id ?? 'new'}
          row={row}
          patient={whose}
          moving={moving}
          instead={again?.problem?.alternatives ?? null}
          onDone={wish?.done}
          onLeave={leave}
        />
      )}
    </section>
  );
}
