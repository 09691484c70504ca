import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { applyRows, forgetQueue, replaceAll } from '@/entities/request/store';
import { InTest } from '@/shared/ui/in-test';
import { ConversationPane } from '../conversation-pane';

vi.mock('next/navigation', () => ({ usePathname: () => window.location.pathname }));

let timeline: { status: number; body: unknown };
beforeEach(() => {
  // The field that grows with its text asks for it; jsdom has none.
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
  timeline = {
    status: 200,
    body: {
      version: 1,
      items: [
        {
          id: 'm1',
          version: 1,
          kind: 'inbound',
          at: '2026-11-22T10:00:00Z',
          text: 'Болит горло',
          attachments: [],
          automated: false,
          suspicions: [],
          earlier: [],
        },
      ],
    },
  };
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(
      url.includes('/timeline')
        ? new Response(JSON.stringify(timeline.body), { status: timeline.status })
        : new Response(JSON.stringify(url === '/api/requests/r1' ? { row: row('r1') } : { items: [] })),
    ),
  );
});
afterEach(() => {
  forgetQueue();
  vi.unstubAllGlobals();
});

let client: QueryClient;
const Client = () => {
  client = useQueryClient();
  return null;
};

async function readThen(status: number) {
  act(() => {
    replaceAll([]);
    applyRows([row('r1')]);
  });
  render(
    <InTest>
      <Client />
      <ConversationPane id="r1" live={{ viewing: () => {} }} />
    </InTest>,
  );
  await screen.findByText('Болит горло');
  timeline = { status, body: { title: 'x' } };
  await act(() => client.invalidateQueries({ queryKey: ['timeline', 'r1'] }));
}

test.each([
  [403, 'Нет доступа к обращению'],
  [404, 'Такого обращения нет'],
])('a timeline that is refused (%i) says why, and what was read of it is shown no longer', async (status, why) => {
  await readThen(status);
  expect(await screen.findByText(why)).toBeVisible();
  expect(screen.queryByText('Болит горло')).toBeNull();
  expect(screen.queryByText(/Обновим сами/)).toBeNull();
});

test('a timeline nobody answers for stays, and says that it may be old', async () => {
  await readThen(503);
  expect(await screen.findByText(/Обновим сами/, undefined, { timeout: 8_000 })).toBeVisible();
  expect(screen.getByText('Болит горло')).toBeVisible();
}, 15_000);
