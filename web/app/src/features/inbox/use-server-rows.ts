import { useEffect, useState } from 'react';
import { loadRequests } from '@/entities/request/load-queue';
import type { QueueView } from '@/entities/request/queue-order';
import { addFound, setSearch, useQueue } from '@/entities/request/store';
import type { RequestView } from '@/shared/api/types';

const INSTANT_MS = 120;
const SERVER_MS = 300;
const MOST_FOUND = 200;

const serverView: Record<QueueView, RequestView> = { mine: 'mine', unassigned: 'unassigned', open: 'open', closed: 'all' };

/** The window lists what it holds at once; the server adds what it does not hold: older rows of a search, and closed ones. */
export function useServerRows() {
  const view = useQueue((s) => s.view);
  const [text, setText] = useState('');
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setSearch(text), text ? INSTANT_MS : 0);
    return () => clearTimeout(timer);
  }, [text]);

  useEffect(() => {
    const wanted = text.trim();
    setFailed(false);
    if (wanted === '' && view !== 'closed') {
      setPending(false);
      return;
    }
    let outdated = false;
    setPending(true);
    const timer = setTimeout(
      async () => {
        try {
          const rows = await loadRequests(serverView[view], wanted || undefined, wanted ? MOST_FOUND : undefined);
          if (!outdated) addFound(rows, wanted.toLowerCase());
        } catch {
          if (!outdated) setFailed(true);
        } finally {
          if (!outdated) setPending(false);
        }
      },
      wanted ? SERVER_MS : 0,
    );
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [text, view]);

  return { text, setText, pending, failed };
}
