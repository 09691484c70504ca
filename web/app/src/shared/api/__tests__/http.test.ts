import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { getSession, markRead, signIn } from '../endpoints';
import { onUnauthorized, setAgent } from '../http';

const fetched = vi.fn<typeof fetch>();
const expired = vi.fn();

beforeEach(() => {
  fetched.mockReset();
  expired.mockReset();
  vi.stubGlobal('fetch', fetched);
  onUnauthorized(expired);
  setAgent('u1');
});
afterEach(() => {
  setAgent(null);
  vi.unstubAllGlobals();
});

const refuse = (title: string) => fetched.mockImplementation(async () => new Response(JSON.stringify({ title }), { status: 401 }));
const agents = () => fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('MedCrm-Agent'));

test('everything is asked for in the name of whoever signed in here; being told of another ends the session', async () => {
  refuse('session.other');
  await expect(markRead('r1')).rejects.toThrow('session.other');
  await expect(getSession()).rejects.toThrow('session.other');
  expect(agents()).toEqual(['u1', 'u1']);
  expect(expired).toHaveBeenCalledTimes(2);
});

test('who signs in comes as nobody yet, and a wrong password ends nothing', async () => {
  refuse('session.refused');
  await expect(signIn({ userName: 'anna', password: '-' })).rejects.toThrow('session.refused');
  expect(agents()).toEqual([null]);
  expect(expired).not.toHaveBeenCalled();
});
