import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { getReconciliations, reconcile } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { ReconciliationReport } from '@/shared/api/types';

const CALM_MS = 60_000;
const RUNNING_MS = 3_000;
const misKey = ['mis'];
const reportsKey = [...misKey, 'reports'];

/** What became of the comparison that was asked for here. `running`: somebody else's is under way. `unheard`: nobody answered, it may go on. */
export type Outcome = { is: 'done'; report: ReconciliationReport } | { is: 'running' | 'away' | 'forbidden' | 'unheard' | 'failed' };

const outcomeOf = (error: unknown): Outcome | null => {
  // A proxy in between that gave up waiting knows no more than we do.
  if (!(error instanceof ApiError) || error.status === 502 || error.status === 504) return { is: 'unheard' };
  // The sign-in dialog says it.
  if (error.status === 401) return null;
  if (error.title === 'reconciliation.running') return { is: 'running' };
  if (error.title === 'mis.away') return { is: 'away' };
  return { is: error.status === 403 ? 'forbidden' : 'failed' };
};

/** The server knows what runs: whoever leaves the page and comes back, or did not start it, sees the same. */
export function useReconciliation() {
  const queries = useQueryClient();
  const reports = useQuery({
    queryKey: reportsKey,
    queryFn: getReconciliations,
    refetchOnMount: 'always',
    refetchInterval: (query) => (query.state.data?.running ? RUNNING_MS : CALM_MS),
    retry: 1,
  });
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const run = useMutation({
    mutationFn: reconcile,
    onMutate: () => setOutcome(null),
    onSuccess: (report) => setOutcome({ is: 'done', report }),
    onError: (error) => setOutcome(outcomeOf(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: reportsKey }),
  });
  const isMine = run.isPending;
  const seen = reports.data?.running ?? false;
  // The list shows what goes on now, so what a refusal guessed about it is over. While ours is pending the list may be older than its outcome.
  useEffect(() => {
    if (seen && !isMine && outcome && outcome.is !== 'done') setOutcome(null);
  }, [seen, isMine, outcome]);
  const refresh = () => void queries.invalidateQueries({ queryKey: misKey });
  return { reports, outcome, running: isMine || seen, isMine, run: () => run.mutate(), refresh };
}

/** How long something has been going on, in whole seconds. */
export function useSeconds(going: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!going) return;
    const timer = setInterval(() => setSeconds((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [going]);
  return seconds;
}
