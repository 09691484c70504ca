'use client';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import { CancelVisit } from '@/entities/visit/cancel-visit';
import { cancelVisit, confirmVisit } from '@/shared/api/endpoints';
import type { Appointment, AppointmentTruth, RequestRow } from '@/shared/api/types';
import { useCodeWords } from '@/shared/i18n/words';
import { whoAndWhere } from '@/shared/lib/slot';
import controls from '@/shared/ui/controls.module.css';
import styles from './booking.module.css';
import { useSlotTime } from './slot-words';
import { useVisitChange } from './use-visits';

const isFinal = (visit: Appointment) => ['fulfilled', 'cancelled', 'noshow'].includes(visit.status);
/** The MIS refused what the patient was promised to be tried: another time is to be found. */
export const isRefused = (visit: Appointment) =>
  visit.status === 'cancelled' && Boolean(visit.problem) && Date.parse(visit.slot.start) > Date.now();
/** The MIS was asked, and nobody knows what it made of it. */
const isUnknown = (visit: Appointment) => visit.problem?.code === 'mis.unclear' && visit.truth === 'agreed';
export const isOver = (visit: Appointment) => isFinal(visit) && !isRefused(visit);

interface VisitCardProps {
  row: RequestRow;
  visit: Appointment;
  onMove?: (() => void) | undefined;
  onCancelled?: () => void;
}

/** A visit: when, with whom, where it stands, and whether the MIS says the same. */
export function VisitCard({ row, visit, onMove, onCancelled }: VisitCardProps) {
  const t = useTranslations('booking');
  const time = useSlotTime();
  const why = useCodeWords('booking.problems');
  const change = useVisitChange(row);
  const [cancelling, setCancelling] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const keep = () => {
    flushSync(() => setCancelling(false));
    opener.current?.focus();
  };
  const isBooked = visit.status === 'booked';
  const mayChange = !isFinal(visit) && visit.status !== 'arrived' && !visit.cancelling && !visit.moveTo;
  const troubles = [
    visit.difference && t('differsBecause', { reason: why(visit.difference) }),
    visit.problem && why(visit.problem.code),
    visit.delay && why(visit.delay),
  ].filter(Boolean);
  return (
    <li className={styles.visit} data-truth={visit.truth} data-over={isFinal(visit) || undefined} aria-busy={change.isPending}>
      <time className={styles.when} dateTime={visit.slot.start}>
        {time(visit.slot)}
      </time>
      <span>{whoAndWhere(visit.slot)}</span>
      {visit.requestId !== row.id && visit.patient.name && <span>{visit.patient.name}</span>}
      {visit.moveTo && <span>{t('movingTo', { time: time(visit.moveTo) })}</span>}
      {visit.cancelling && <span>{t('cancelling')}</span>}
      <span className={styles.signs}>
        <Status visit={visit} />
        {!isUnknown(visit) && <Truth truth={visit.truth} />}
      </span>
      {troubles.map((trouble) => (
        <p key={trouble} className={styles.trouble}>
          {trouble}
        </p>
      ))}
      {isRefused(visit) && onMove && (
        <span className={styles.choices}>
          <button type="button" className={controls.button} onClick={onMove}>
            {t('again')}
          </button>
        </span>
      )}
      {cancelling ? (
        <CancelVisit
          styles={{ form: styles.reason, choices: styles.choices }}
          onLeave={keep}
          onCancel={(reason, key) =>
            change.mutate(
              {
                act: () => cancelVisit(visit.id, reason, key),
                done: (now) => (now.status === 'cancelled' ? t('cancelled') : t('cancelAsked')),
              },
              {
                onSuccess: () => {
                  flushSync(() => setCancelling(false));
                  onCancelled?.();
                },
              },
            )
          }
          busy={change.isPending}
        />
      ) : (
        mayChange && (
          <span className={styles.choices}>
            {isBooked && !visit.confirmedAt && (
              <button
                type="button"
                className={controls.button}
                disabled={change.isPending}
                onClick={() => change.mutate({ act: () => confirmVisit(visit.id), done: () => t('confirmed') })}
              >
                {t('confirm')}
              </button>
            )}
            {isBooked && onMove && (
              <button type="button" className={controls.button} disabled={change.isPending} onClick={onMove}>
                {t('move')}
              </button>
            )}
            <button ref={opener} type="button" className={controls.button} disabled={change.isPending} onClick={() => setCancelling(true)}>
              {t('cancel')}
            </button>
          </span>
        )
      )}
    </li>
  );
}

function Status({ visit }: { visit: Appointment }) {
  const t = useTranslations('booking.status');
  const status =
    visit.status === 'booked' && visit.confirmedAt
      ? 'confirmed'
      : visit.status === 'cancelled' && isUnknown(visit)
        ? 'unknown'
        : visit.status;
  return (
    <span className={styles.status} data-status={status}>
      {t(status)}
    </span>
  );
}

const truthIcons = { agreed: IconCheck, waiting: IconClock, differs: IconAlertTriangle } satisfies Record<AppointmentTruth, unknown>;

function Truth({ truth }: { truth: AppointmentTruth }) {
  const t = useTranslations('booking.truth');
  const Icon = truthIcons[truth];
  return (
    <span className={styles.truth} data-truth={truth}>
      <Icon size={13} aria-hidden /> {t(truth)}
    </span>
  );
}
