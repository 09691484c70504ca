import { act, renderHook } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { sendMessage, uploadAttachment } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { Attachment, TimelineItem } from '@/shared/api/types';
import { forgetOutbox, send, sendAgain, sendUnansweredAgain, settle, useOutbox } from '../outbox';

vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), addNote: vi.fn(), uploadAttachment: vi.fn() }));
const post = vi.mocked(sendMessage);
const keep = vi.mocked(uploadAttachment);

beforeEach(() => {
  post.mockReset();
  keep.mockReset();
  forgetOutbox();
});

const outbox = () => renderHook(() => useOutbox()).result;
const reply = () => send('r1', 'c1', 'reply', 'Здравствуйте');

test('a message nobody answered for stays, and is sent again under the same id', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  expect(items.current[0]?.state).toBe('unanswered');
  const id = items.current[0]?.messageId ?? '';
  post.mockResolvedValueOnce();
  await act(() => sendAgain(id));
  expect(items.current[0]?.state).toBe('accepted');
  expect(post.mock.calls.map(([, messageId]) => messageId)).toEqual([id, id]);
});

test('a refusal is kept with its reason and is not repeated by itself', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new ApiError(409, 'conversation.cannot-reply'));
  await act(reply);
  expect(items.current[0]).toMatchObject({ state: 'refused', refusal: 'conversation.cannot-reply' });
  act(sendUnansweredAgain);
  expect(post).toHaveBeenCalledTimes(1);
});

test('the timeline confirms by the same id, so the bubble is not shown twice', async () => {
  const items = outbox();
  post.mockResolvedValueOnce();
  await act(reply);
  act(() => settle([{ id: items.current[0]?.messageId } as TimelineItem]));
  expect(items.current).toEqual([]);
});

test('files are handed over before the answer, each once, however often the line breaks', async () => {
  const items = outbox();
  const [plan, picture] = [new File(['1'], 'план.pdf'), new File(['2'], 'снимок.png')];
  keep.mockResolvedValueOnce({ blobId: 'b1' } as Attachment).mockRejectedValueOnce(new NoAnswer());
  await act(() => send('r1', 'c1', 'reply', '', [plan, picture]));
  expect(items.current[0]?.state).toBe('unanswered');
  expect(post).not.toHaveBeenCalled();
  keep.mockResolvedValueOnce({ blobId: 'b2' } as Attachment);
  post.mockResolvedValueOnce();
  await act(async () => sendUnansweredAgain());
  await vi.waitFor(() => expect(items.current[0]?.state).toBe('accepted'));
  expect(keep.mock.calls.map(([, file]) => file)).toEqual([plan, picture, picture]);
  expect(post.mock.calls).toEqual([['c1', items.current[0]?.messageId, '', ['b1', 'b2']]]);
});
