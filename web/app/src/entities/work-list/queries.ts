import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { getCallList, getWaitingList, getWaitingOf } from '@/shared/api/endpoints';
import type { CallListRow, WaitingRow, WorkListChanged } from '@/shared/api/types';

const keys = { calls: ['callList'], waiting: ['waitingList'] } as const;

/** A sweep changes many entries at once, and every reading of a list is written to the access log. */
const TOGETHER_MS = 250;
const due = new Map<WorkListChanged['list'], ReturnType<typeof setTimeout>>();

/** Only what is on the screen is read again at once; the rest when it is shown. */
export function refreshList(queries: QueryClient, list: WorkListChanged['list']) {
  clearTimeout(due.get(list));
  due.set(
    list,
    setTimeout(() => void queries.invalidateQueries({ queryKey: keys[list] }), TOGETHER_MS),
  );
}

const always = { refetchOnMount: 'always', retry: 1 } as const;

export const useCallList = () => useQuery({ queryKey: keys.calls, queryFn: getCallList, ...always });
export const useWaitingList = () => useQuery({ queryKey: keys.waiting, queryFn: getWaitingList, ...always });
export const useWaitingOf = (requestId: string) =>
  useQuery({ queryKey: [...keys.waiting, requestId], queryFn: () => getWaitingOf(requestId), ...always });

/** The answer to a click is the entry as it is now; what is done leaves the list. */
export function useKeep() {
  const queries = useQueryClient();
  return {
    call: (entry: CallListRow) =>
      queries.setQueryData<{ items: CallListRow[] }>(
        keys.calls,
        (known) => known && { items: replaced(known.items, entry, Boolean(entry.doneAt)) },
      ),
    waiting: (entry: WaitingRow) =>
      queries.setQueriesData<{ items: WaitingRow[] }>(
        { queryKey: keys.waiting },
        (known) => known && { items: replaced(known.items, entry, ['booked', 'removed', 'expired'].includes(entry.status)) },
      ),
    refresh: (list: WorkListChanged['list']) => refreshList(queries, list),
  };
}

const replaced = <T extends { id: string }>(items: T[], entry: T, isOver: boolean) =>
  isOver ? items.filter((each) => each.id !== entry.id) : items.map((each) => (each.id === entry.id ? entry : each));
