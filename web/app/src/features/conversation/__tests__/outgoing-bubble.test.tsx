import { act, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { endSession, openSession } from '@/entities/session/store';
import { sendMessage } from '@/shared/api/endpoints';
import { NoAnswer } from '@/shared/api/http';
import { InTest } from '@/shared/ui/in-test';
import { useToasts } from '@/shared/ui/toast-store';
import { forgetDrafts, setDraft, useDraft } from '../drafts';
import { forgetOutbox, repeatUnanswered, send, useOutbox } from '../outbox';
import { OutgoingBubble } from '../outgoing-bubble';

vi.mock('@/shared/api/endpoints', () => ({ sendMessage: vi.fn(), addNote: vi.fn(), uploadAttachment: vi.fn(), getSession: vi.fn() }));
const post = vi.mocked(sendMessage);
const olga = row('r1');

function Bubbles() {
  return (
    <div role="log" tabIndex={-1}>
      {useOutbox().map((each) => (
        <OutgoingBubble key={each.messageId} outgoing={each} />
      ))}
    </div>
  );
}

beforeEach(async () => {
  post.mockReset();
  forgetOutbox();
  forgetDrafts();
  useToasts.setState({ toasts: [] });
  openSession({ user: { id: 'u1', name: 'Анна', userName: 'anna', roles: [] } });
  render(
    <InTest>
      <Bubbles />
    </InTest>,
  );
  post.mockRejectedValueOnce(new NoAnswer());
  await act(() => send(olga, 'reply', 'Ждём вас завтра'));
});
afterEach(endSession);

const button = (name: string) => screen.getByRole('button', { name });

test('the words and the buttons stay while it goes again by itself, and focus on them', async () => {
  const retry = button('Повторить');
  const alert = screen.getByRole('alert');
  retry.focus();
  let fail: (error: Error) => void = () => {};
  post.mockImplementationOnce(() => new Promise((_, reject) => (fail = reject)));
  await act(async () => void repeatUnanswered());
  expect(post).toHaveBeenCalledTimes(2);
  expect(alert).toHaveTextContent('сервер не ответил. Повторяем сами');
  expect(retry).toHaveFocus();
  await act(async () => fail(new NoAnswer()));
  expect(screen.getByRole('alert')).toBe(alert);
  expect(retry).toHaveFocus();
});

test('by hand it says that it is being sent; when it is taken, focus stays in the conversation', async () => {
  const retry = button('Повторить');
  retry.focus();
  let take: () => void = () => {};
  post.mockImplementationOnce(() => new Promise((resolve) => (take = resolve)));
  await act(async () => void fireEvent.click(retry));
  expect(screen.getByRole('alert')).toHaveTextContent('отправляется…');
  expect(retry).toHaveFocus();
  await act(async () => take());
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByRole('log')).toHaveFocus();
});

test('it can be kept from going: the words return to the field before what stands there, with the warning that it may have arrived', async () => {
  act(() => setDraft('r1', 'reply', 'И захватите снимок'));
  fireEvent.click(button('Не отправлять'));
  expect(screen.queryByRole('article')).toBeNull();
  expect(renderHook(() => useDraft('r1', 'reply')).result.current).toBe('Ждём вас завтра\n\nИ захватите снимок');
  expect(useToasts.getState().toasts[0]?.text).toContain('могла дойти');
  await act(repeatUnanswered);
  expect(post).toHaveBeenCalledOnce();
});

test('one that waits for the one before it says so, and returns without a warning', async () => {
  await act(() => send(olga, 'reply', 'И захватите снимок'));
  const second = screen.getAllByRole('article')[1];
  expect(second).toHaveTextContent('Уйдёт после предыдущего');
  fireEvent.click(button('Вернуть в поле'));
  expect(screen.getAllByRole('article')).toHaveLength(1);
  expect(renderHook(() => useDraft('r1', 'reply')).result.current).toBe('И захватите снимок');
  expect(useToasts.getState().toasts).toEqual([]);
});
