import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMyId } from '@/entities/session/store';
import { useKeep } from '@/entities/work-list/queries';
import { cancelVisit, finishCall, leaveCall, putOffCall, takeCall } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { CallListRow, CallResult } from '@/shared/api/types';
import { useListRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';
import { callerOf } from './calls';

const isOver = (error: unknown) => error instanceof ApiError && error.title === 'call-list.done';

/** What a manager does with one entry. Whatever is refused is said in words, and the list is read again. */
export function useCallResults(entry: CallListRow) {
  const t = useTranslations('calls');
  const me = useMyId();
  const keep = useKeep();
  const refusal = useListRefusalWords();
  const [busy, setBusy] = useState(false);

  const attempt = async (act: () => Promise<CallListRow>, done?: string): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    try {
      keep.call(await act());
      if (done) toast('done', done);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) toast('trouble', refusal(error)); // a 401 is told by the dialog over the page
      keep.refresh('calls');
      return false;
    } finally {
      setBusy(false);
    }
  };
  const name = entry.patientName ?? '';
  const finish = (result: CallResult) => attempt(() => finishCall(entry.id, result), t(`done.${result}`, { name }));
  return {
    busy,
    finish,
    take: () => (callerOf(entry, Date.now())?.id === me ? Promise.resolve(true) : attempt(() => takeCall(entry.id))),
    leave: () => attempt(() => leaveCall(entry.id)),
    putOff: (until: Date) => attempt(() => putOffCall(entry.id, until.toISOString()), t('done.later', { name })),
    /** The visit first: an entry that is off the list must not stand for one that is still booked. */
    cancel: (reason: string, key: string) =>
      attempt(
        async () => {
          await cancelVisit(entry.appointmentId, reason, key);
          return finishOrSettled(entry, 'cancelled');
        },
        t('done.cancelled', { name }),
      ),
    /** Another time was booked; most entries have settled themselves by then. */
    moved: async () => {
      try {
        keep.call(await finishOrSettled(entry, 'moved'));
      } catch {
        keep.refresh('calls');
      }
    },
  };
}

async function finishOrSettled(entry: CallListRow, result: CallResult): Promise<CallListRow> {
  try {
    return await finishCall(entry.id, result);
  } catch (error) {
    if (isOver(error)) return { ...entry, result: 'settled', doneAt: entry.listedAt };
    throw error;
  }
}
