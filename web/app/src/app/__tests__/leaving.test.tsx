import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { endSession, openSession, useSession } from '@/entities/session/store';
import { forgetOutbox, send } from '@/features/conversation/outbox';
import { sendMessage, signOut } from '@/shared/api/endpoints';
import { NoAnswer } from '@/shared/api/http';
import { InTest } from '@/shared/ui/in-test';
import { Rail } from '../rail';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));
vi.mock('@/shared/api/endpoints', () => ({
  sendMessage: vi.fn(),
  signOut: vi.fn(),
  getSession: vi.fn(),
  getChannelKinds: vi.fn(() => new Promise(() => {})),
}));

beforeEach(() => {
  vi.mocked(signOut).mockReset().mockResolvedValue();
  vi.mocked(sendMessage).mockReset();
  forgetOutbox();
  openSession({ user: { id: 'u1', name: 'Анна', userName: 'anna', roles: [] } });
  render(
    <InTest>
      <Rail onHelp={() => {}} onSearch={() => {}} />
    </InTest>,
  );
});
afterEach(() => {
  endSession();
  forgetOutbox();
});

const leave = () => act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Выйти' })));

test('whoever has nothing to send leaves at once', async () => {
  await leave();
  expect(signOut).toHaveBeenCalledOnce();
});

test('whoever would lose an answer is asked first, and may stay', async () => {
  vi.mocked(sendMessage).mockRejectedValue(new NoAnswer());
  await act(() => send(row('r1'), 'reply', 'Ждём вас завтра'));
  await leave();
  expect(signOut).not.toHaveBeenCalled();
  expect(screen.getByRole('dialog', { name: 'Не всё отправлено' })).toHaveTextContent('1 ответ или заметка');
  fireEvent.click(screen.getByRole('button', { name: 'Остаться' }));
  expect(useSession.getState().status).toBe('signedIn');
  expect(signOut).not.toHaveBeenCalled();
  await leave();
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Выйти, не отправляя' })));
  expect(signOut).toHaveBeenCalledOnce();
});
