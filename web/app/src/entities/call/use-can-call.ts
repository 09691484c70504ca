import { useQuery } from '@tanstack/react-query';
import { getChannelKinds } from '@/shared/api/endpoints';

/** An exchange that is switched on later is found without a reload. */
const ASK_AGAIN_MS = 60_000;

/** Whether the clinic has an exchange to call with. Until that is known nothing is offered. */
export function useCanCall(): boolean {
  const kinds = useQuery({
    queryKey: ['channelKinds'],
    queryFn: getChannelKinds,
    refetchInterval: (query) => (query.state.data?.items.includes('telephony') ? false : ASK_AGAIN_MS),
    retry: 2,
  });
  return kinds.data?.items.includes('telephony') ?? false;
}
