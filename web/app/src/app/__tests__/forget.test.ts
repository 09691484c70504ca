import { QueryClient } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, rowOf } from '@/entities/request/store';
import { checkSession, endSession, openSession, useSession } from '@/entities/session/store';
import { setDraft, useDraft } from '@/features/conversation/drafts';
import { forgetOutbox, send, useOutbox } from '@/features/conversation/outbox';
import { getSession, sendMessage } from '@/shared/api/endpoints';
import { NoAnswer } from '@/shared/api/http';
import { forgetWithThePerson } from '../forget';

vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), getSession: vi.fn() }));
const anna = { id: 'u1', name: 'Анна', userName: 'anna', roles: [] };
const boris = { id: 'u2', name: 'Борис', userName: 'boris', roles: [] };

const queries = new QueryClient();
let stop: () => void;
beforeEach(async () => {
  forgetOutbox();
  openSession({ user: anna });
  stop = forgetWithThePerson(queries);
  vi.mocked(sendMessage).mockReset().mockRejectedValue(new NoAnswer());
  queries.setQueryData(['contact', 'k1'], { name: 'Смирнова Ольга' });
  applyRows([row('r1')]);
  setDraft('r1', 'reply', 'Черновик');
  await send(row('r1'), 'reply', 'Ждём вас завтра');
});
afterEach(() => {
  endSession();
  stop();
});

const kept = () => ({
  draft: renderHook(() => useDraft('r1', 'reply')).result.current,
  unsent: renderHook(() => useOutbox()).result.current.length,
  row: rowOf('r1') !== undefined,
  query: queries.getQueryData(['contact', 'k1']) !== undefined,
});
const everything = { draft: 'Черновик', unsent: 1, row: true, query: true };
const nothing = { draft: '', unsent: 0, row: false, query: false };

test('the next person starts from nothing, whether the one before has left or not', () => {
  openSession({ user: boris });
  expect(kept()).toEqual(nothing);
});

test('whoever leaves takes everything along', () => {
  endSession();
  expect(kept()).toEqual(nothing);
});

test('whoever signs in again over the page finds it as it was', () => {
  useSession.setState({ status: 'expired' });
  openSession({ user: anna });
  expect(kept()).toEqual(everything);
});

test('somebody else who signed in from another tab ends the session of this one, but takes nothing over from it', async () => {
  vi.mocked(getSession).mockResolvedValueOnce({ user: boris });
  await checkSession();
  expect(useSession.getState()).toMatchObject({ status: 'expired', user: { id: 'u1' } });
  expect(kept()).toEqual(everything);
  vi.mocked(getSession).mockResolvedValueOnce({ user: anna });
  await checkSession();
  expect(useSession.getState().status).toBe('signedIn');
});
