import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getContact } from '@/shared/api/endpoints';
import { ApiError, isPassing } from '@/shared/api/http';
import type { ContactDetails, RequestRow } from '@/shared/api/types';
import { useContactRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';

const keyOf = (row: RequestRow) => ['contact', row.id, row.contact.id, row.patient?.id, row.patient?.grade] as const;

/** Every reading is written to the access log, so it is read anew only when the row says that something about the person changed. */
export function useContact(row: RequestRow) {
  return useQuery({
    queryKey: keyOf(row),
    queryFn: () => getContact(row.contact.id ?? '', row.id),
    enabled: Boolean(row.contact.id),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (previous, query) => (query?.queryKey[1] === row.id ? keepPreviousData(previous) : undefined),
    retry: (failures, error) => failures < 2 && isPassing(error),
  });
}

/** One decision at a time; the answer is the contact as it is now. */
export function useContactDecision(row: RequestRow) {
  const client = useQueryClient();
  const refusal = useContactRefusalWords();
  return useMutation({
    mutationFn: ({ act }: { act: () => Promise<ContactDetails>; done: string }) => act(),
    onSuccess: (contact, { done }) => {
      client.setQueryData(keyOf(row), contact);
      toast('done', done);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) return; // the dialog over the page says it
      toast('trouble', refusal(error));
    },
  });
}
