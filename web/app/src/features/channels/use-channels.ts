import { useQuery } from '@tanstack/react-query';
import { getChannels } from '@/shared/api/endpoints';
import { isPassing } from '@/shared/api/http';

/** One answer for the page and the alerts; whoever asks more often sets the pace. */
export const useChannels = (everyMs: number) =>
  useQuery({
    queryKey: ['channels'],
    queryFn: getChannels,
    refetchOnMount: 'always',
    refetchInterval: everyMs,
    retry: (failures, error) => failures < 1 && isPassing(error),
  });
