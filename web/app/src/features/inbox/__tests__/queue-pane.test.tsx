import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, forgetQueue, replaceAll, replaceFailed } from '@/entities/request/store';
import { InTest } from '@/shared/ui/in-test';
import { QueuePane } from '../queue-pane';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));

const show = (onRetry = () => {}) =>
  render(
    <InTest>
      <QueuePane onRetry={onRetry} />
    </InTest>,
  );

beforeEach(() => {
  forgetQueue();
  window.history.replaceState(null, '', '/');
});

test('a row appears as it arrives, with its lateness in words', () => {
  show();
  act(() => {
    replaceAll([]);
    applyRows([
      row('r1', {
        unread: 2,
        suspicious: true,
        deliveryFailed: true,
        firstResponseDueAt: new Date(Date.now() - 9.5 * 60_000).toISOString(),
      }),
    ]);
  });
  const option = screen.getByRole('option', { name: /Смирнова Ольга/ });
  expect(option).toHaveTextContent('просрочено 9 мин');
  expect(option).toHaveTextContent('возможно спам');
  expect(option).toHaveTextContent('не доставлено');
  expect(option).toHaveAttribute('aria-posinset', '1');
});

test('J works on the Russian layout, where the key types «о»', async () => {
  show();
  act(() => replaceAll([row('r1'), row('r2')]));
  await userEvent.keyboard('{o>}{/o}');
  expect(window.location.pathname).toBe('/');
  act(() => {
    document.documentElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'о', code: 'KeyJ', bubbles: true }));
  });
  expect(window.location.pathname).toBe('/requests/r2');
});

test('Enter leads from the queue to what is written in the request, also when nothing holds the focus', async () => {
  const timeline = document.createElement('div');
  timeline.id = 'timeline';
  timeline.tabIndex = 0;
  document.body.append(timeline);
  show();
  act(() => replaceAll([row('r1'), row('r2')]));
  expect(document.body).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(timeline).toHaveFocus();
  timeline.remove();
});

test('an empty queue says so, a broken one offers a retry', async () => {
  const onRetry = vi.fn();
  show(onRetry);
  act(() => replaceFailed(new Error('500')));
  await userEvent.click(screen.getByRole('button', { name: 'Повторить' }));
  expect(onRetry).toHaveBeenCalledOnce();
  act(() => replaceAll([]));
  expect(screen.getByText('Все обращения разобраны')).toBeInTheDocument();
});
