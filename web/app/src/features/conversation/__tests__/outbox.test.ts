import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { endSession, openSession, useSession } from '@/entities/session/store';
import { addNote, sendMessage, uploadAttachment } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { Attachment, TimelineItem } from '@/shared/api/types';
import { forgetOutbox, giveUpOld, repeatUnanswered, send, sendAgain, settle, takeBack, useOutbox } from '../outbox';

vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), addNote: vi.fn(), uploadAttachment: vi.fn(), getSession: vi.fn() }));
const post = vi.mocked(sendMessage);
const keep = vi.mocked(uploadAttachment);
const anna = { id: 'u1', name: 'Анна', userName: 'anna', roles: [] };
const boris = { id: 'u2', name: 'Борис', userName: 'boris', roles: [] };

beforeEach(() => {
  post.mockReset();
  keep.mockReset();
  vi.mocked(addNote).mockReset();
  forgetOutbox();
  openSession({ user: anna });
});
afterEach(() => {
  vi.useRealTimers();
  endSession();
});

const outbox = () => renderHook(() => useOutbox()).result;
const [olga, petr] = [row('r1'), row('r2')];
const reply = (text = 'Здравствуйте') => send(olga, 'reply', text);
const texts = () => post.mock.calls.map(([, , text]) => text);

/** An answer that comes when the test says so. */
function answerLater() {
  let settleIt: (error?: Error) => void = () => {};
  post.mockImplementationOnce(
    () =>
      new Promise<void>((resolve, reject) => {
        settleIt = (error) => (error ? reject(error) : resolve());
      }),
  );
  return (error?: Error) => act(async () => settleIt(error));
}

test('a message nobody answered for stays, and is sent again under the same id', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  expect(items.current[0]).toMatchObject({ state: 'repeating', author: 'u1', contact: 'Смирнова Ольга' });
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
  await act(repeatUnanswered);
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
  await act(() => send(olga, 'reply', '', [plan, picture]));
  expect(items.current[0]?.state).toBe('repeating');
  expect(post).not.toHaveBeenCalled();
  keep.mockResolvedValueOnce({ blobId: 'b2' } as Attachment);
  post.mockResolvedValueOnce();
  await act(repeatUnanswered);
  expect(items.current[0]?.state).toBe('accepted');
  expect(keep.mock.calls.map(([, file]) => file)).toEqual([plan, picture, picture]);
  expect(post.mock.calls).toEqual([[olga.conversationId, items.current[0]?.messageId, '', ['b1', 'b2']]]);
});

test('while it goes again by itself it does not look as if it were sent for the first time, and goes once at a time', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  const answer = answerLater();
  await act(async () => void repeatUnanswered());
  expect(items.current[0]?.state).toBe('repeating');
  await act(async () => void repeatUnanswered());
  await act(async () => void sendAgain(items.current[0]?.messageId ?? ''));
  expect(post).toHaveBeenCalledTimes(2);
  await answer();
  expect(items.current[0]?.state).toBe('accepted');
  expect(post).toHaveBeenCalledTimes(2);
});

test('of one conversation the second waits until the first has been taken, or refused', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(() => reply('первый'));
  await act(() => reply('второй'));
  await act(() => send(petr, 'reply', 'другому пациенту'));
  await act(() => send(olga, 'note', 'заметка коллегам'));
  expect(texts()).toEqual(['первый', 'другому пациенту']);
  expect(addNote).toHaveBeenCalledOnce();
  const answer = answerLater();
  await act(async () => void repeatUnanswered());
  expect(texts()).toEqual(['первый', 'другому пациенту', 'первый']);
  await answer(new ApiError(409, 'conversation.cannot-reply'));
  expect(texts()).toEqual(['первый', 'другому пациенту', 'первый', 'второй']);
  expect(items.current.map(({ state }) => state)).toEqual(['refused', 'accepted', 'accepted', 'accepted']);
});

test('the second goes when the first is taken back', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(() => reply('первый'));
  await act(() => reply('второй'));
  await act(() => takeBack(items.current[0]?.messageId ?? ''));
  expect(texts()).toEqual(['первый', 'второй']);
});

test('after ten minutes it waits for a hand, for it may be out of date; a hand gives it ten more', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const items = outbox();
  post.mockRejectedValue(new NoAnswer());
  await act(() => reply('первый'));
  await act(() => reply('второй'));
  vi.setSystemTime(Date.now() + 9 * 60_000);
  await act(repeatUnanswered);
  expect(texts()).toEqual(['первый', 'первый']);
  vi.setSystemTime(Date.now() + 8 * 3_600_000); // the lid was closed for the night
  await act(repeatUnanswered);
  expect(items.current.map(({ state }) => state)).toEqual(['stuck', 'stuck']);
  expect(texts()).toEqual(['первый', 'первый']);
  await act(() => sendAgain(items.current[0]?.messageId ?? ''));
  await act(repeatUnanswered);
  expect(texts()).toEqual(['первый', 'первый', 'первый', 'первый']);
  expect(items.current.map(({ state }) => state)).toEqual(['repeating', 'stuck']);
});

test('it grows old without a connection too', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const items = outbox();
  post.mockRejectedValueOnce(new NoAnswer());
  await act(reply);
  vi.setSystemTime(Date.now() + 11 * 60_000);
  act(giveUpOld);
  expect(items.current[0]?.state).toBe('stuck');
});

test('nothing leaves under another name, or while nobody knows who sits there', async () => {
  const items = outbox();
  post.mockRejectedValueOnce(new ApiError(401, 'session.none'));
  await act(reply);
  useSession.setState({ status: 'expired' });
  await act(repeatUnanswered);
  await act(() => sendAgain(items.current[0]?.messageId ?? ''));
  useSession.setState({ status: 'signedIn', user: boris });
  await act(repeatUnanswered);
  expect(post).toHaveBeenCalledOnce();
  openSession({ user: anna });
  await act(repeatUnanswered);
  expect(post).toHaveBeenCalledTimes(2);
  expect(items.current[0]?.state).toBe('accepted');
});

test.each([
  ['taken back', () => void takeBack(renderHook(() => useOutbox()).result.current[0]?.messageId ?? '')],
  ['forgotten', forgetOutbox],
  ['its author’s no more', () => useSession.setState({ status: 'signedIn', user: boris })],
])('what is %s while a file is handed over is not sent after it', async (_, meanwhile) => {
  keep.mockImplementationOnce(async () => {
    meanwhile();
    return { blobId: 'b1' } as Attachment;
  });
  await act(() => send(olga, 'reply', 'Снимок', [new File(['1'], 'снимок.png')]));
  expect(keep).toHaveBeenCalledOnce();
  expect(post).not.toHaveBeenCalled();
});
