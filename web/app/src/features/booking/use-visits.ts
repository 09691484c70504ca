import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { getAppointments } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { Appointment, RequestRow } from '@/shared/api/types';
import { type Reading, useReading } from '@/shared/api/use-reading';
import { useBookingRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';

export const useVisits = (row: RequestRow, patientId: string | null) =>
  useReading(['visits', row.id, patientId], [row.appointment], () => getAppointments(row.id, patientId));

/** The answer to a change is the visit as it is now; the feed's word of it comes a moment later. */
export function keepVisit(client: QueryClient, row: RequestRow, visit: Appointment) {
  client.setQueriesData<Reading<{ items: Appointment[] }>>({ queryKey: ['visits', row.id] }, (known) => {
    if (!known) return known;
    const others = known.what.items.filter((each) => each.id !== visit.id);
    const older = known.what.items.find((each) => each.id === visit.id);
    const items = [older && older.rev > visit.rev ? older : visit, ...others].sort((a, b) => (a.slot.start < b.slot.start ? 1 : -1));
    return { ...known, what: { items } };
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
