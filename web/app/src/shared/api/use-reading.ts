import { hashKey, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { whilePassing } from './ask-again';
import { isDenied, isPassing } from './http';

/** What was read, and which word of the feed it was read at. */
export interface Reading<T> {
  at: string;
  what: T;
}

/** The word of the feed as `Reading.at` keeps it. */
export const wordOf = (word: readonly unknown[]) => hashKey(word);

/**
 * Reads something whose every reading is written to the access log: anew only when the word of the feed about it is another.
 * What was read stays until then, and for as long as nobody answers; a refusal ends it.
 */
export function useReading<T>(key: readonly unknown[], word: readonly unknown[], read: () => Promise<T>, enabled = true) {
  const at = wordOf(word);
  const query = useQuery({
    queryKey: key,
    queryFn: async (): Promise<Reading<T>> => ({ at, what: await read() }),
    enabled,
    staleTime: ({ state }) => (state.data?.at === at ? Number.POSITIVE_INFINITY : 0),
    retry: whilePassing(2),
  });
  const { data, error, errorUpdateCount, refetch } = query;
  const readAt = data?.at;
  useEffect(() => {
    if (readAt !== undefined && readAt !== at) void refetch({ cancelRefetch: false });
  }, [readAt, at, refetch]);
  const what = isDenied(error) ? undefined : data?.what;
  return {
    what,
    /** It could not be read anew. */
    isOld: what !== undefined && isPassing(error),
    /** There is nothing to show; while it is asked again, this stays said. */
    failed: what === undefined && errorUpdateCount > 0,
    again: () => void refetch(),
  };
}
