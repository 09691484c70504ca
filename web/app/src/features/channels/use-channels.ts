import { useQuery } from '@tanstack/react-query';
import { whilePassing } from '@/shared/api/ask-again';
import { getChannels } from '@/shared/api/endpoints';

/** One answer for the page and the alerts; whoever asks more often sets the pace. */
export const useChannels = (everyMs: number) =>
  useQuery({
    queryKey: ['channels'],
    queryFn: getChannels,
    refetchOnMount: 'always',
    refetchInterval: everyMs,
    retry: whilePassing(1),
  });
