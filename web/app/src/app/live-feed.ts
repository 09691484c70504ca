import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { loadRequests } from '@/entities/request/load-queue';
import { refreshRequests } from '@/entities/request/queries';
import { applyEvents, replaceAll, replaceFailed, useQueue } from '@/entities/request/store';
import { checkSession } from '@/entities/session/store';
import { refreshList } from '@/entities/work-list/queries';
import { applyCall, replaceCalls } from '@/shared/live/call-store';
import { setConnection } from '@/shared/live/connection-store';
import { LiveClient, type LiveTarget } from '@/shared/live/live-client';
import { applyPresence } from '@/shared/live/presence-store';
import { exposeProbe, tellProbe } from '@/shared/live/probe';
import { signalrHub } from '@/shared/live/signalr-hub';
import { applySlot } from '@/shared/live/slot-store';

function liveTarget(queries: QueryClient): LiveTarget {
  return {
    apply(events, receivedAtMs) {
      applyEvents(events);
      tellProbe(
        events.map((event) => event.row),
        receivedAtMs,
      );
      refreshRequests(
        queries,
        events.map((event) => event.row.id),
      );
    },
    async reload() {
      const rows = await loadRequests('open');
      replaceAll(rows);
      tellProbe(rows, Date.now());
    },
    reloadFailed: replaceFailed,
    status: setConnection,
    caughtUp: () => void queries.invalidateQueries(),
    presence: applyPresence,
    slot: (change) => applySlot(change),
    list: (change) => refreshList(queries, change.list),
    call: applyCall,
    calls: replaceCalls,
    doubt: () => void checkSession(),
  };
}

/** The one connection of this tab, alive while somebody is signed in. */
export function useLiveFeed(): LiveClient {
  const queries = useQueryClient();
  const [client] = useState(() => new LiveClient(signalrHub(), liveTarget(queries)));
  useEffect(() => {
    exposeProbe(() => useQueue.getState().byId);
    client.start();
    return () => void client.stop();
  }, [client]);
  return client;
}
