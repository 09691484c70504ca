import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { untilAnswered, whilePassing } from '@/shared/api/ask-again';
import { getRequest, getTimeline } from '@/shared/api/endpoints';
import type { Timeline } from '@/shared/api/types';
import { applyRows } from './store';
import { mergeTimeline } from './timeline';

const detailsKey = (id: string) => ['request', id] as const;
const timelineKey = (id: string) => ['timeline', id] as const;

/** The row and the timeline are kept by different rooms: the row may be told first. */
const TIMELINE_LAG_MS = 900;
const UNSETTLED_MS = 2_500;

const retry = whilePassing(2);

export function useRequestDetails(id: string) {
  return useQuery({
    queryKey: detailsKey(id),
    queryFn: async () => {
      const details = await getRequest(id);
      applyRows([details.row]);
      return details;
    },
    retry,
  });
}

export function useTimeline(id: string, unsettled: boolean) {
  const client = useQueryClient();
  return useQuery({
    queryKey: timelineKey(id),
    queryFn: async () => {
      const known = client.getQueryData<Timeline>(timelineKey(id));
      return mergeTimeline(known, await getTimeline(id, known?.version ?? 0));
    },
    refetchOnMount: 'always',
    refetchInterval: (query) =>
      unsettled || query.state.data?.items.some((item) => item.delivery?.status === 'queued') ? UNSETTLED_MS : untilAnswered(query),
    retry,
  });
}

/** The feed mentioned these requests. Only what is on the screen is fetched again; the rest is merely marked as old. */
export function refreshRequests(client: QueryClient, ids: Iterable<string>) {
  for (const id of new Set(ids)) {
    void client.invalidateQueries({ queryKey: detailsKey(id) });
    void client.invalidateQueries({ queryKey: timelineKey(id) });
    if (client.getQueryState(timelineKey(id)))
      setTimeout(() => void client.invalidateQueries({ queryKey: timelineKey(id) }), TIMELINE_LAG_MS);
  }
}
