import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WaitingRow } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { Toaster } from '@/shared/ui/toaster';
import { WaitingListPage } from '../waiting-list-page';

const kovaleva = { id: 'a9', name: 'Ковалёва А.' };
const wish = (id: string, more: Partial<WaitingRow> = {}): WaitingRow => ({
  id,
  requestId: `r-${id}`,
  patientId: `p-${id}`,
  patientName: `Петрова ${id}`,
  phones: ['+79001234567'],
  specialties: ['оториноларинголог'],
  practitioners: [],
  locations: ['На Ленина'],
  fromDay: '2126-11-23',
  toDay: '2126-12-23',
  after: '17:00',
  status: 'waiting',
  by: kovaleva,
  createdAt: `2026-11-22T10:0${id}:00Z`,
  ...more,
});
const offer: Partial<WaitingRow> = {
  status: 'offered',
  offerUntil: '2126-11-22T12:00:00Z',
  offered: {
    id: 's1',
    practitioner: { id: 'd1', name: 'Врачёв' },
    specialties: ['оториноларинголог'],
    location: { id: 'l1', name: 'На Ленина' },
    start: '2126-11-27T14:30:00Z',
    end: '2126-11-27T15:00:00Z',
    localStart: '2126-11-27T17:30',
    timeZone: 'Europe/Moscow',
  },
};

let list: WaitingRow[];
let sent: { method: string; path: string; body: unknown }[];
let answer: { status: number; body: unknown } | null;
beforeEach(() => {
  [list, sent, answer] = [[wish('1'), wish('2', offer)], [], null];
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'GET') return new Response(JSON.stringify({ items: url.includes('/channels/kinds') ? [] : list }));
    sent.push({ method, path: url, body: body ? JSON.parse(String(body)) : null });
    if (answer) return new Response(JSON.stringify(answer.body), { status: answer.status });
    const found = list.find(({ id }) => url.includes(`/waiting-list/${id}`));
    const status = method === 'DELETE' ? 'removed' : url.endsWith('/accept') ? 'booked' : 'waiting';
    return new Response(JSON.stringify({ ...found, status, offered: null }));
  });
});
afterEach(() => vi.unstubAllGlobals());

const onBook = vi.fn();
async function show() {
  onBook.mockReset();
  render(
    <InTest>
      <WaitingListPage onBook={onBook} />
      <Toaster />
    </InTest>,
  );
  await waitFor(() => expect(options().length).toBeGreaterThan(0));
}
const options = () => screen.queryAllByRole('option');
const details = () => within(screen.getByRole('region', { name: 'Кто ждёт' }));

test('an offer comes first, and 1 books the slot that is on the screen', async () => {
  await show();
  expect(options()[0]).toHaveTextContent('Петрова 2');
  expect(details().getByRole('group', { name: 'Предложенное время' })).toHaveTextContent(/27 нояб.*17:30.*Врачёв/);
  await userEvent.keyboard('1');
  await waitFor(() => expect(sent).toEqual([{ method: 'POST', path: '/api/waiting-list/2/accept', body: { slotId: 's1' } }]));
  expect(await screen.findByText(/Записали: .*17:30/)).toBeVisible();
  await waitFor(() => expect(options()).toHaveLength(1));
});

test('of two who book at the same moment the second is told who was first', async () => {
  answer = { status: 409, body: { title: 'waiting-list.taken', takenBy: kovaleva } };
  await show();
  await userEvent.keyboard('1');
  expect(await screen.findByText('Это время уже записывает Ковалёва А.')).toBeVisible();
});

test('what does not suit goes to the next, and the patient waits on', async () => {
  await show();
  await userEvent.keyboard('2');
  await waitFor(() => expect(sent.at(-1)?.path).toBe('/api/waiting-list/2/decline'));
  expect(await screen.findByText(/пациент остаётся в листе/)).toBeVisible();
  expect(options()).toHaveLength(2);
});

test('a slot of another time is booked beside the request, and the wish ends with it', async () => {
  await show();
  await userEvent.keyboard('j');
  expect(details().getByText(/оториноларинголог · На Ленина · .* · после 17:00/)).toBeVisible();
  await userEvent.keyboard('b');
  const [about, done] = onBook.mock.calls[0] as [WaitingRow, () => void];
  expect(about.id).toBe('1');
  done();
  await waitFor(() => expect(sent).toEqual([{ method: 'DELETE', path: '/api/waiting-list/1', body: null }]));
});

test('an empty list says how one gets on it, a broken one offers another try', async () => {
  list = [];
  const { unmount } = render(
    <InTest>
      <WaitingListPage onBook={onBook} />
    </InTest>,
  );
  expect(await screen.findByText('Никто не ждёт')).toBeVisible();
  unmount();
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 503 }));
  render(
    <InTest>
      <WaitingListPage onBook={onBook} />
    </InTest>,
  );
  expect(await screen.findByRole('button', { name: 'Повторить' }, { timeout: 4000 })).toBeVisible();
});
