import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getAppointments } from '@/shared/api/endpoints';
import { ApiError, isPassing } from '@/shared/api/http';
import type { Appointment, RequestRow } from '@/shared/api/types';
import { useBookingRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';

const keyOf = (row: RequestRow, patientId: string | null) => ['visits', row.id, patientId, row.appointment] as const;

/** Every reading is written to the access log, so they are read anew only when the row says that a visit or the person has changed. */
export function useVisits(row: RequestRow, patientId: string | null) {
  return useQuery({
    queryKey: keyOf(row, patientId),
    queryFn: () => getAppointments(row.id, patientId),
    placeholderData: (previous, query) => (query?.queryKey[1] === row.id ? keepPreviousData(previous) : undefined),
    retry: (failures, error) => failures < 2 && isPassing(error),
  });
}

/** The answer to a change is the visit as it is now; the feed's word of it comes a moment later. */
export function keepVisit(client: QueryClient, row: RequestRow, visit: Appointment) {
  client.setQueriesData<{ items: Appointment[] }>({ queryKey: ['visits', row.id] }, (known) => {
    if (!known) return known;
    const others = known.items.filter((each) => each.id !== visit.id);
    const older = known.items.find((each) => each.id === visit.id);
    return { items: [older && older.rev > visit.rev ? older : visit, ...others].sort((a, b) => (a.slot.start < b.slot.start ? 1 : -1)) };
  });
}

/** One change of a visit at a time. */
export function useVisitChange(row: RequestRow) {
  const client = useQueryClient();
  const refusal = useBookingRefusalWords();
  return useMutation({
    mutationFn: ({ act }: { act: () => Promise<Appointment>; done: (visit: Appointment) => string }) => act(),
    onSuccess: (visit, { done }) => {
      keepVisit(client, row, visit);
      toast('done', done(visit));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) return; // the dialog over the page says it
      toast('trouble', refusal(error));
      void client.invalidateQueries({ queryKey: ['visits', row.id] });
    },
  });
}
