import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, forgetQueue, replaceAll } from '@/entities/request/store';
import { endSession, openSession } from '@/entities/session/store';
import { sendMessage } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import { setConnection } from '@/shared/live/connection-store';
import { InTest } from '@/shared/ui/in-test';
import { forgetOutbox, repeatUnanswered, send } from '../outbox';
import { Unsent } from '../unsent';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));
vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), addNote: vi.fn(), uploadAttachment: vi.fn(), getSession: vi.fn() }));
const post = vi.mocked(sendMessage);

beforeEach(() => {
  post.mockReset();
  forgetOutbox();
  forgetQueue();
  openSession({ user: { id: 'u1', name: 'Анна', userName: 'anna', roles: [] } });
  setConnection('live', null);
  window.history.replaceState(null, '', '/calls');
  render(
    <InTest>
      <Unsent />
    </InTest>,
  );
  act(() => {
    replaceAll([]);
    applyRows([row('r1')]);
  });
});
afterEach(endSession);

const reply = (request = row('r1')) => send(request, 'reply', 'Здравствуйте');
const leaving = () => {
  const event = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

test('an answer the server refused is in sight on another page, with the way to it; the tab is not closed over it unasked', async () => {
  post.mockRejectedValue(new ApiError(409, 'conversation.cannot-reply'));
  await act(reply);
  expect(screen.getByRole('link', { name: 'Смирнова Ольга' })).toHaveAttribute('href', '/requests/r1');
  expect(screen.getByText('Не отправлено в 1 обращении:')).toBeVisible();
  expect(post).toHaveBeenCalledOnce();
  expect(leaving()).toBe(true);
});

test('what nobody answered for is sent again wherever one is, as soon as the line is back', async () => {
  act(() => setConnection('reconnecting', Date.now()));
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  expect(screen.getByRole('link', { name: 'Смирнова Ольга' })).toBeVisible();
  expect(post).toHaveBeenCalledOnce();
  post.mockResolvedValue();
  act(() => setConnection('live', null));
  await waitFor(() => expect(screen.queryByRole('link')).toBeNull());
  expect(new Set(post.mock.calls.map(([, messageId]) => messageId)).size).toBe(1);
  expect(leaving()).toBe(false);
});

test('a room in trouble is not hammered', async () => {
  post.mockRejectedValue(new ApiError(503, 'http.503'));
  await act(reply);
  await act(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(post).toHaveBeenCalledOnce();
});

test('the same link stays while it is tried again: whoever stands on it is not thrown off', async () => {
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  const link = screen.getByRole('link');
  link.focus();
  let fail: (error: Error) => void = () => {};
  post.mockImplementationOnce(() => new Promise((_, reject) => (fail = reject)));
  await act(async () => void repeatUnanswered());
  expect(post).toHaveBeenCalledTimes(2);
  expect(link).toHaveFocus();
  await act(async () => fail(new NoAnswer()));
  expect(screen.getByRole('link')).toBe(link);
  expect(link).toHaveFocus();
});

test('beyond three it says how many more there are, and shows them all', async () => {
  post.mockRejectedValue(new ApiError(409, 'conversation.cannot-reply'));
  for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) await act(() => reply(row(id, { contact: { name: `Пациент ${id}` } })));
  expect(screen.getAllByRole('link')).toHaveLength(3);
  fireEvent.click(screen.getByRole('button', { name: 'и ещё 2' }));
  expect(screen.getAllByRole('link')).toHaveLength(5);
  expect(screen.getByRole('link', { name: 'Пациент r5' })).toBeVisible();
  fireEvent.click(screen.getByRole('button', { name: 'свернуть' }));
  expect(screen.getAllByRole('link')).toHaveLength(3);
});

test('a request that has left the window keeps its name', async () => {
  post.mockRejectedValue(new ApiError(409, 'conversation.cannot-reply'));
  await act(reply);
  act(() => replaceAll([]));
  expect(screen.getByRole('link', { name: 'Смирнова Ольга' })).toBeVisible();
});
