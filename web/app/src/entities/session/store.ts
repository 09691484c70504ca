import { create } from 'zustand';
import { getSession } from '@/shared/api/endpoints';
import { ApiError, onUnauthorized, setAgent } from '@/shared/api/http';
import type { Session } from '@/shared/api/types';

export type SessionStatus = 'unknown' | 'signedOut' | 'signedIn' | 'expired' | 'unreachable';

interface SessionState {
  status: SessionStatus;
  user: Session['user'] | null;
}

export const useSession = create<SessionState>(() => ({ status: 'unknown', user: null }));
export const useMyId = () => useSession((s) => s.user?.id ?? null);
export const myself = () => useSession.getState().user;

export function openSession(session: Session) {
  setAgent(session.user.id);
  useSession.setState({ status: 'signedIn', user: session.user });
}

export function endSession() {
  setAgent(null);
  useSession.setState({ status: 'signedOut', user: null });
}

/** Whoever was at work keeps the page and the drafts and signs in over them. */
function expire() {
  if (useSession.getState().status === 'signedIn') useSession.setState({ status: 'expired' });
}
onUnauthorized(expire);

export async function restoreSession() {
  try {
    openSession(await getSession());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) endSession();
    else useSession.setState({ status: 'unreachable' });
  }
}

/**
 * A 401 on the way marks the session as expired by itself. So does somebody else who has signed in from another tab of this
 * browser: what is written here stays with whoever wrote it, and waits for them.
 */
export const checkSession = () =>
  getSession().then(
    (session) => (session.user.id === myself()?.id ? openSession(session) : expire()),
    () => {},
  );
