import { act, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, forgetQueue, replaceAll } from '@/entities/request/store';
import { sendMessage } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import { setConnection } from '@/shared/live/connection-store';
import { InTest } from '@/shared/ui/in-test';
import { forgetOutbox, send } from '../outbox';
import { Unsent } from '../unsent';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));
vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), addNote: vi.fn(), uploadAttachment: vi.fn() }));
const post = vi.mocked(sendMessage);

beforeEach(() => {
  post.mockReset();
  forgetOutbox();
  forgetQueue();
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

const leaving = () => {
  const event = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

test('an answer the server refused is in sight on another page, with the way to it; the tab is not closed over it unasked', async () => {
  post.mockRejectedValue(new ApiError(409, 'conversation.cannot-reply'));
  await act(() => send('r1', 'c1', 'reply', 'Здравствуйте'));
  expect(screen.getByRole('link', { name: 'Смирнова Ольга' })).toHaveAttribute('href', '/requests/r1');
  expect(screen.getByText('Не отправлено в 1 обращении:')).toBeVisible();
  expect(post).toHaveBeenCalledOnce();
  expect(leaving()).toBe(true);
});

test('what nobody answered for is sent again wherever one is, as soon as the line is back', async () => {
  act(() => setConnection('reconnecting', Date.now()));
  post.mockRejectedValueOnce(new NoAnswer());
  await act(() => send('r1', 'c1', 'reply', 'Здравствуйте'));
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
  await act(() => send('r1', 'c1', 'reply', 'Здравствуйте'));
  await act(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(post).toHaveBeenCalledOnce();
});
