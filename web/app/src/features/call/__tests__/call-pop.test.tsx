import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { getCallerHistory, placeCall } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { ScreenCall } from '@/shared/api/types';
import { applyCall, forgetCalls, replaceCalls } from '@/shared/live/call-store';
import { InTest } from '@/shared/ui/in-test';
import { useToasts } from '@/shared/ui/toast-store';
import { CallPop } from '../call-pop';

vi.mock('@/shared/api/endpoints', () => ({ getCallerHistory: vi.fn(), placeCall: vi.fn() }));
vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));

const ringing = (change: Partial<ScreenCall> = {}): ScreenCall => ({
  callId: 'c1',
  rev: 1,
  state: 'ringing',
  direction: 'inbound',
  phone: '+79001234567',
  name: 'Смирнова Ольга',
  queue: 'registratura',
  requestId: 'r1',
  ...change,
});

beforeEach(() => {
  forgetCalls();
  useToasts.setState({ toasts: [] });
  window.history.replaceState(null, '', '/');
  vi.mocked(getCallerHistory)
    .mockReset()
    .mockResolvedValue({ requests: [row('r1')] });
  vi.mocked(placeCall).mockReset().mockResolvedValue(undefined);
  render(
    <InTest>
      <CallPop />
    </InTest>,
  );
});

test('a ringing call shows who calls and what they asked before', async () => {
  act(() => applyCall(ringing()));
  expect(screen.getByText('Входящий звонок')).toBeInTheDocument();
  expect(screen.getByText('Смирнова Ольга')).toBeInTheDocument();
  expect(screen.getByText('+7 900 123-45-67')).toBeInTheDocument();
  expect(await screen.findByRole('link', { name: /Запись/ })).toHaveAttribute('href', '/requests/r1');
});

test('it goes when somebody else answers, and an older card does not bring it back', () => {
  act(() => applyCall(ringing()));
  act(() => applyCall(ringing({ rev: 3, state: 'gone', phone: null, name: null })));
  expect(screen.queryByText('Входящий звонок')).not.toBeInTheDocument();
  act(() => applyCall(ringing({ rev: 2 })));
  expect(screen.queryByText('Входящий звонок')).not.toBeInTheDocument();
});

test('after a time without the server only what it names is left', () => {
  act(() => {
    applyCall(ringing());
    applyCall(ringing({ callId: 'c2', name: 'Петров Иван' }));
  });
  act(() => replaceCalls([ringing({ callId: 'c2', name: 'Петров Иван', rev: 2 })]));
  expect(screen.queryByText('Смирнова Ольга')).not.toBeInTheDocument();
  expect(screen.getByText('Петров Иван')).toBeInTheDocument();
});

test('O opens the request and C calls back, once for two clicks that were not answered', async () => {
  vi.mocked(placeCall).mockRejectedValueOnce(new NoAnswer());
  act(() => applyCall(ringing()));
  await userEvent.keyboard('o');
  expect(window.location.pathname).toBe('/requests/r1');
  await userEvent.keyboard('c');
  await vi.waitFor(() => expect(useToasts.getState().toasts).toHaveLength(1));
  await userEvent.keyboard('c');
  await vi.waitFor(() => expect(placeCall).toHaveBeenCalledTimes(2));
  const [first, second] = vi.mocked(placeCall).mock.calls;
  expect(second).toEqual(first);
});

test('a hidden number of a stranger has nothing to open and nothing to call', async () => {
  vi.mocked(getCallerHistory).mockResolvedValue({ requests: [] });
  act(() => applyCall(ringing({ phone: null, name: null, requestId: null })));
  expect(screen.getByText('Номер скрыт')).toBeInTheDocument();
  expect(await screen.findByText('Раньше не обращались')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: /Открыть/ })).toBeDisabled();
  expect(screen.queryByRole('button', { name: /Позвонить/ })).not.toBeInTheDocument();
});

test('without an extension the refusal says what to do', async () => {
  vi.mocked(placeCall).mockRejectedValueOnce(new ApiError(409, 'call.no-extension'));
  act(() => applyCall(ringing()));
  await userEvent.click(screen.getByRole('button', { name: /Позвонить/ }));
  await vi.waitFor(() => expect(useToasts.getState().toasts.at(-1)?.text).toMatch(/добавочный/));
});
