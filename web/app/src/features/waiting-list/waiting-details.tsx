'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import { useKeep } from '@/entities/work-list/queries';
import { useWishWords } from '@/entities/work-list/wish-words';
import { acceptOffer, declineOffer, removeFromWaitingList } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { WaitingRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useListRefusalWords } from '@/shared/i18n/words';
import { useNow } from '@/shared/lib/clock';
import { shortcuts, usePhysicalKeys } from '@/shared/lib/hotkeys';
import { whoAndWhere } from '@/shared/lib/slot';
import { dayAndTime, localMoment, nearMoment } from '@/shared/lib/time';
import controls from '@/shared/ui/controls.module.css';
import { Phones } from '@/shared/ui/phones';
import { RequestLink } from '@/shared/ui/request-link';
import { toast } from '@/shared/ui/toast-store';
import styles from '@/shared/ui/work-desk.module.css';

interface WaitingDetailsProps {
  entry: WaitingRow;
  onBook: (entry: WaitingRow, done: () => void) => void;
}

/** One who waits: the slot that is offered is booked, or goes to the next, by one key. */
export function WaitingDetails({ entry, onBook }: WaitingDetailsProps) {
  const t = useTranslations('waiting');
  const locale = useAppLocale();
  const now = useNow();
  const words = useWishWords();
  const canCall = useCanCall();
  const callBack = useCallBack();
  const { busy, attempt } = useDecision();
  const { offered } = entry;
  const isOffered = entry.status === 'offered' && offered;
  const mayEnd = entry.status === 'waiting' || entry.status === 'offered' || entry.status === 'unreachable';

  const accept = () =>
    isOffered &&
    attempt(
      () => acceptOffer(entry.id, offered.id),
      (now) => t(now.status === 'booked' ? 'bookedDone' : 'acceptedDone', { time: localMoment(offered.localStart, locale) }),
    );
  const decline = () =>
    isOffered &&
    attempt(
      () => declineOffer(entry.id, offered.id),
      () => t('declinedDone'),
    );
  const remove = () =>
    mayEnd &&
    attempt(
      () => removeFromWaitingList(entry.id),
      () => t('removedDone'),
    );
  const book = () => mayEnd && onBook(entry, () => void remove());
  usePhysicalKeys(
    {
      callBack: () => canCall && entry.phones[0] && void callBack(entry.requestId, entry.phones[0]),
      book: () => void book(),
    },
    [
      ['Digit1', () => void accept()],
      ['Digit2', () => void decline()],
      ['Digit3', () => void remove()],
    ],
  );
  return (
    <section className={styles.details} aria-label={t('details')} aria-busy={busy}>
      <h2>{entry.patientName || t('unknown')}</h2>
      <p>{t(`why.${entry.status}`)}</p>
      {isOffered && (
        <fieldset className={styles.asked} aria-label={t('offer')}>
          <strong>{localMoment(offered.localStart, locale)}</strong>
          <span>{whoAndWhere(offered)}</span>
          {entry.offerUntil && <span className={styles.quiet}>{t('offerUntil', { time: nearMoment(entry.offerUntil, now, locale) })}</span>}
          <span className={styles.choices}>
            <button type="button" className={controls.button} data-main disabled={busy} onClick={() => void accept()}>
              {busy ? t('asking') : t('accept')} <kbd aria-hidden>1</kbd>
            </button>
            <button type="button" className={controls.button} disabled={busy} onClick={() => void decline()}>
              {t('decline')} <kbd aria-hidden>2</kbd>
            </button>
          </span>
        </fieldset>
      )}
      {entry.acceptedBy && <p className={styles.note}>{t('acceptedBy', { name: entry.acceptedBy.name })}</p>}
      <Phones phones={entry.phones} onCall={canCall ? (phone) => void callBack(entry.requestId, phone) : null} />
      <dl className={styles.facts}>
        <dt>{t('wish')}</dt>
        <dd>{words(entry)}</dd>
        <dt>{t('since')}</dt>
        <dd>{t('sinceBy', { time: dayAndTime(entry.createdAt, locale), name: entry.by.name })}</dd>
        <dt>{t('request')}</dt>
        <dd>
          <RequestLink id={entry.requestId}>{t('openRequest')}</RequestLink>
        </dd>
      </dl>
      {mayEnd && (
        <span className={styles.choices}>
          <button type="button" className={controls.button} disabled={busy} onClick={() => void book()}>
            {t('bookOther')} <kbd aria-hidden>{shortcuts.book.shown}</kbd>
          </button>
          <button type="button" className={controls.button} disabled={busy} onClick={() => void remove()}>
            {t('remove')} <kbd aria-hidden>3</kbd>
          </button>
        </span>
      )}
    </section>
  );
}

/** One decision at a time; whatever is refused is said in words, and the list is read again. */
function useDecision() {
  const keep = useKeep();
  const refusal = useListRefusalWords();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    attempt: async (act: () => Promise<WaitingRow>, done: (entry: WaitingRow) => string) => {
      if (busy) return;
      setBusy(true);
      try {
        const entry = await act();
        keep.waiting(entry);
        toast('done', done(entry));
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 401)) toast('trouble', refusal(error)); // a 401 is told by the dialog over the page
        keep.refresh('waiting');
      } finally {
        setBusy(false);
      }
    },
  };
}
