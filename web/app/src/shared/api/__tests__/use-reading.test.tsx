import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilAnswered } from '../ask-again';
import { ApiError, NoAnswer } from '../http';
import { useReading } from '../use-reading';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seen: string[] = [];
const Reading = ({ word, read }: { word: string; read: () => Promise<string> }) => {
  const { what, isOld, failed } = useReading(['x'], [word], read);
  const shown = [what ?? '—', isOld && 'старое', failed && 'нет'].filter(Boolean).join(' ');
  if (seen.at(-1) !== shown) seen.push(shown);
  return <p>{shown}</p>;
};

function show(read: () => Promise<string>) {
  seen.length = 0;
  const client = new QueryClient({ defaultOptions: { queries: { refetchInterval: untilAnswered } } });
  const at = (word: string) => (
    <QueryClientProvider client={client}>
      <Reading word={word} read={read} />
    </QueryClientProvider>
  );
  const { rerender } = render(at('1'));
  return (word: string) => rerender(at(word));
}
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('what was read stays while it cannot be read anew, says so, and blinks at no try', async () => {
  const read = vi.fn().mockResolvedValueOnce('первое').mockRejectedValue(new ApiError(503, 'http.503'));
  const word = show(read);
  await wait(10);
  word('2');
  await wait(60_000);
  expect(read.mock.calls.length).toBeGreaterThan(4);
  expect(seen).toEqual(['—', 'первое', 'первое старое']);
  read.mockResolvedValue('второе');
  await wait(10_000);
  expect(screen.getByText('второе')).toBeVisible();
});

test('it is read once for a word of the feed, and once more for the word that came meanwhile', async () => {
  const read = vi.fn().mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve(`${read.mock.calls.length}`), 100)));
  const word = show(read);
  await wait(50);
  word('2');
  await wait(1_000);
  expect(screen.getByText('2')).toBeVisible();
  word('2');
  await wait(60_000);
  expect(read).toHaveBeenCalledTimes(2);
});

test.each([403, 404])('a refusal (%i) ends it', async (status) => {
  const read = vi.fn().mockResolvedValueOnce('первое').mockRejectedValue(new ApiError(status, 'x'));
  const word = show(read);
  await wait(10);
  word('2');
  await wait(60_000);
  expect(screen.getByText('— нет')).toBeVisible();
  expect(read).toHaveBeenCalledTimes(2);
});

test('what was never read says so, and goes on saying it while it is asked again', async () => {
  show(vi.fn().mockRejectedValue(new NoAnswer()));
  await wait(60_000);
  expect(seen).toEqual(['—', '— нет']);
});
