import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { untilAnswered } from '../ask-again';
import { ApiError, NoAnswer } from '../http';

afterEach(() => void vi.useRealTimers());

const Asking = ({ ask }: { ask: () => Promise<string> }) => {
  const { data, isError } = useQuery({ queryKey: ['x'], queryFn: ask });
  return <p>{data ?? (isError ? 'нет' : '…')}</p>;
};

const show = (ask: () => Promise<string>) => {
  vi.useFakeTimers();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, refetchInterval: untilAnswered } } });
  render(
    <QueryClientProvider client={client}>
      <Asking ask={ask} />
    </QueryClientProvider>,
  );
};
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('what nobody answered, or a room in trouble, is read again by itself until it is read, and then no more', async () => {
  const ask = vi.fn().mockRejectedValueOnce(new NoAnswer()).mockRejectedValueOnce(new ApiError(503, 'http.503')).mockResolvedValue('да');
  show(ask);
  await wait(10);
  expect(screen.getByText('нет')).toBeVisible();
  await wait(5_100);
  expect(ask).toHaveBeenCalledTimes(2);
  await wait(5_100);
  expect(screen.getByText('да')).toBeVisible();
  await wait(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

test('a refusal stands', async () => {
  const ask = vi.fn().mockRejectedValue(new ApiError(403, 'http.403'));
  show(ask);
  await wait(60_000);
  expect(ask).toHaveBeenCalledOnce();
});
