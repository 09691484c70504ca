import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getContact } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { ContactDetails, RequestRow } from '@/shared/api/types';
import { type Reading, useReading, wordOf } from '@/shared/api/use-reading';
import { useContactRefusalWords } from '@/shared/i18n/words';
import { toast } from '@/shared/ui/toast-store';

const keyOf = (row: RequestRow) => ['contact', row.id, row.contact.id] as const;
const wordAbout = (row: RequestRow) => [row.patient?.id, row.patient?.grade];

export const useContact = (row: RequestRow) =>
  useReading(keyOf(row), wordAbout(row), () => getContact(row.contact.id ?? '', row.id), Boolean(row.contact.id));

/** One decision at a time; the answer is the contact as it is now. */
export function useContactDecision(row: RequestRow) {
  const client = useQueryClient();
  const refusal = useContactRefusalWords();
  return useMutation({
    mutationFn: ({ act }: { act: () => Promise<ContactDetails>; done: string }) => act(),
    onSuccess: (contact, { done }) => {
      client.setQueryData<Reading<ContactDetails>>(keyOf(row), { at: wordOf(wordAbout(row)), what: contact });
      toast('done', done);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) return; // the dialog over the page says it
      toast('trouble', refusal(error));
    },
  });
}
