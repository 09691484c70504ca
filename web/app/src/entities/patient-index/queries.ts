import { useQuery } from '@tanstack/react-query';
import { getPatientIndex } from '@/shared/api/endpoints';
import type { PatientIndexState } from '@/shared/api/types';

export type Fullness = 'first' | 'unread' | 'growing' | 'anew' | 'full';

/** How far our list of the MIS's patients is to be trusted. `first` and `unread` pass by themselves; `growing` is how a MIS that lists nobody is known for good. */
export const fullnessOf = ({ listed, readingSince, fullAt }: PatientIndexState): Fullness => {
  if (!listed) return 'growing';
  if (!fullAt) return readingSince ? 'first' : 'unread';
  return readingSince ? 'anew' : 'full';
};

const isBeingFilled = (index: PatientIndexState) => ['first', 'unread'].includes(fullnessOf(index));

const indexKey = ['mis', 'index'];
const OFTEN_MS = 15_000;

/** The page about it: always as it is now. */
export const usePatientIndex = () =>
  useQuery({ queryKey: indexKey, queryFn: getPatientIndex, refetchOnMount: 'always', refetchInterval: OFTEN_MS, retry: 1 });

/** How many patients are known so far, while the list is filled for the first time. Undefined: it is filled, or nobody can tell. Whoever opens card after card asks once in a while, and not again once it is filled. */
export const usePatientsSoFar = (): number | undefined => {
  const { data } = useQuery({
    queryKey: indexKey,
    queryFn: getPatientIndex,
    staleTime: ({ state }) => (state.data && !isBeingFilled(state.data) ? 10 * 60_000 : OFTEN_MS),
    refetchInterval: ({ state }) => (state.data && isBeingFilled(state.data) ? OFTEN_MS : false),
    retry: 1,
  });
  return data && isBeingFilled(data) ? data.count : undefined;
};
