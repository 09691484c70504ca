import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { getPatientIndex, getReconciliations, reconcile } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { ReconciliationReport } from '@/shared/api/types';

const CALM_MS = 60_000;
const RUNNING_MS = 3_000;
const reportsKey = ['mis', 'reports'];

/** What became of the comparison that was asked for here. `running`: somebody else's is under way. `unheard`: nobody answered, it may go on. */
export type Outcome = { is: 'done'; report: ReconciliationReport } | { is: 'running' | 'away' | 'forbidden' | 'unheard' | 'failed' };

const outcomeOf = (error: unknown): Outcome => {
  if (!(error instanceof ApiError)) return { is: 'unheard' };
  if (error.title === 'reconciliation.running') return { is: 'running' };
  if (error.title === 'mis.away') return { is: 'away' };
  return { is: error.status === 403 ? 'forbidden' : 'failed' };
};

export const usePatientIndex = () =>
  useQuery({ queryKey: ['mis', 'index'], queryFn: getPatientIndex, refetchOnMount: 'always', refetchInterval: 15_000, retry: 1 });

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
  const running = run.isPending || (reports.data?.running ?? false);
  return { reports, outcome, running, isMine: run.isPending, run: () => run.mutate() };
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
