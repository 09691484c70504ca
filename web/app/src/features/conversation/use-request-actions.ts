import { useTranslations } from 'use-intl';
import { applyRows } from '@/entities/request/store';
import { assign, claim, close, release, reopen, snooze } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { AgentRef, Outcome, RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { useRefusalWords } from '@/shared/i18n/words';
import { dayAndTime } from '@/shared/lib/time';
import { toast } from '@/shared/ui/toast-store';

/** Each answers whether it was done; a refusal is told in words and names the owner when there is one. */
export function useRequestActions(row: RequestRow) {
  const t = useTranslations('actions');
  const refusal = useRefusalWords();
  const locale = useAppLocale();
  const { id, number } = row;

  const run = async (action: Promise<RequestRow>, done: string): Promise<boolean> => {
    try {
      applyRows([await action]);
      toast('done', done);
      return true;
    } catch (error) {
      const isSessionOver = error instanceof ApiError && error.status === 401; // the dialog over the page says it
      if (!isSessionOver) toast('trouble', refusal(error, row.assignee));
      return false;
    }
  };
  return {
    take: () => run(claim(id), t('taken', { number })),
    release: () => run(release(id), t('released', { number })),
    assign: (agent: AgentRef) => run(assign(id, agent.id), t('assigned', { number, name: agent.name })),
    snooze: (until: string) => run(snooze(id, until), t('snoozed', { number, time: dayAndTime(until, locale) })),
    close: (outcome: Outcome, reason?: string) => run(close(id, outcome, reason), t('closed', { number })),
    reopen: () => run(reopen(id), t('reopened', { number })),
  };
}
export type RequestActions = ReturnType<typeof useRequestActions>;
