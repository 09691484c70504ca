import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, forgetQueue, rowOf, useQueue } from '@/entities/request/store';
import { getRequest, getTimeline, markRead } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { RequestDetails } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { ConversationPane } from '../conversation-pane';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));
vi.mock('@/shared/api/endpoints', () => ({
  getRequest: vi.fn(),
  getTimeline: vi.fn(),
  getAgents: vi.fn(() => new Promise(() => {})),
  getExtension: vi.fn(() => new Promise(() => {})),
  getChannelKinds: vi.fn(() => new Promise(() => {})),
  markRead: vi.fn(),
}));
const read = vi.mocked(markRead);
const unread = row('r1', { unread: 2, replyBy: null });

beforeEach(() => {
  vi.useFakeTimers();
  read.mockReset();
  vi.mocked(getRequest).mockResolvedValue({ row: unread } as RequestDetails);
  vi.mocked(getTimeline).mockResolvedValue({ version: 1, items: [] });
  forgetQueue();
  act(() => applyRows([unread]));
  render(
    <InTest>
      <ConversationPane id="r1" live={{ viewing() {} }} />
    </InTest>,
  );
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('a room in trouble is told again after a while, not every second, and the number does not blink meanwhile', async () => {
  const seen = new Set<number>();
  const stop = useQueue.subscribe((s) => seen.add(s.unread));
  read.mockRejectedValue(new NoAnswer());
  await pass(14_000);
  expect(read).toHaveBeenCalledOnce();
  expect(rowOf('r1')?.unread).toBe(2);
  expect([...seen].filter((count) => count !== 1)).toEqual([]);
  read.mockResolvedValue({ ...unread, rev: 2, unread: 0 });
  await pass(5_000);
  expect(read).toHaveBeenCalledTimes(2);
  expect(rowOf('r1')?.unread).toBe(0);
  await pass(60_000);
  expect(read).toHaveBeenCalledTimes(2);
  stop();
});

test('a refusal is not argued with', async () => {
  read.mockRejectedValue(new ApiError(403, 'forbidden'));
  await pass(60_000);
  expect(read).toHaveBeenCalledOnce();
});
