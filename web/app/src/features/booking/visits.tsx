'use client';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import type { Appointment, LinkedPatient, RequestRow } from '@/shared/api/types';
import { isFreeInPane } from '@/shared/lib/focus';
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

/** Nothing free nearby is an answer only where somebody looked. */
const insteadOf = ({ problem }: Appointment) =>
  problem && (problem.alternatives.length > 0 || problem.code.startsWith('slot.')) ? problem.alternatives : null;

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
  const items = visits.what?.items ?? [];
  // What was held before goes on when it is let go, refused or over.
  if (chosen && asked === 'none') setAsked(chosen.moving ?? 'book');
  const again = typeof asked === 'object' && isRefused(asked) ? asked : null;
  // A move stays one, also while its visit cannot be read.
  const toMove = chosen ? chosen.moving : typeof asked === 'object' && !again ? asked : null;
  const movingId = toMove?.id ?? (chosen || again ? null : (wish?.moving ?? null));
  const moving = items.find((each) => each.id === movingId) ?? toMove;
  const isOpen = asked !== 'none' || chosen !== null || (wish !== null && visits.what !== undefined);
  usePhysicalKeys({ book: () => setAsked((known) => (known === 'none' ? 'book' : known)) });

  const toOpener = () => {
    if (isFreeInPane()) opener.current?.focus();
  };
  const leave = () => {
    flushSync(() => {
      setAsked('none');
      endWish(row.id);
    });
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
      {visits.failed ? (
        <PaneState tone="trouble" title={t('visitsFailed')} onRetry={visits.again} />
      ) : !visits.what ? (
        <AfterAMoment>
          <div className={styles.skeleton} aria-busy="true" />
        </AfterAMoment>
      ) : (
        <>
          {visits.isOld && (
            <p className={styles.old} role="status">
              {t('visitsOld')}
            </p>
          )}
          {coming.length === 0 && <p className={styles.quiet}>{t(old.length > 0 ? 'noneComing' : 'noVisits')}</p>}
          <ul className={styles.visits} aria-label={t('list')}>
            {coming.map((visit) => (
              <VisitCard
                key={visit.id}
                row={row}
                visit={visit}
                // What is held is for something else.
                onMove={chosen ? undefined : () => setAsked(visit)}
                onCancelled={toOpener}
              />
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
      {isOpen && movingId && !moving ? (
        <PaneState
          tone="trouble"
          title={t('movingUnknown')}
          action={
            <button type="button" className={controls.button} onClick={leave}>
              {t('leave')}
            </button>
          }
          onRetry={visits.again}
        />
      ) : (
        isOpen && (
          <BookingForm
            key={moving?.id ?? again?.id ?? 'new'}
            row={row}
            patient={whose}
            moving={moving}
            instead={again && insteadOf(again)}
            onDone={wish?.done}
            onLeave={leave}
          />
        )
      )}
    </section>
  );
}
