import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import { forgetQueue, replaceAll } from '@/entities/request/store';
import { endSession, useSession } from '@/entities/session/store';
import type { CallListRow } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { Toaster } from '@/shared/ui/toaster';
import { CallListPage } from '../call-list-page';
import { inOrder, laterChoices } from '../calls';

const me = { id: 'a1', name: 'Иванова И.' };
const kovaleva = { id: 'a9', name: 'Ковалёва А.' };
const entry = (id: string, more: Partial<CallListRow> = {}): CallListRow => ({
  id,
  reason: 'silent',
  appointmentId: `v-${id}`,
  requestId: `r-${id}`,
  patientId: `p-${id}`,
  patientName: `Петрова ${id}`,
  phones: ['+79001234567'],
  slot: {
    slotId: 's',
    practitionerId: '1',
    practitionerName: 'Врачёв',
    locationId: '1',
    locationName: 'На Ленина',
    start: '2126-11-27T14:30:00Z',
    end: '2126-11-27T15:00:00Z',
    timeZone: 'Europe/Moscow',
  },
  listedAt: '2026-11-22T10:00:00Z',
  tries: 0,
  ...more,
});

let list: CallListRow[];
let kinds: string[];
let posted: { path: string; body: Record<string, unknown> }[];
let answers: { on: RegExp; status: number; body: unknown }[];
let isBroken: boolean;
beforeEach(() => {
  [list, kinds, posted, answers, isBroken] = [[entry('1'), entry('2')], ['telephony'], [], [], false];
  useSession.setState({ status: 'signedIn', user: { ...me, userName: 'ivanova', roles: ['manager'] } });
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'GET') {
      if (url.includes('/channels/kinds')) return new Response(JSON.stringify({ items: kinds }));
      return isBroken ? new Response('{}', { status: 503 }) : new Response(JSON.stringify({ items: list }));
    }
    posted.push({ path: url, body: JSON.parse(String(body ?? '{}')) });
    const told = answers.find(({ on }) => on.test(url));
    if (told) return new Response(JSON.stringify(told.body), { status: told.status });
    const found = list.find(({ id }) => url.includes(`/${id}/`)) ?? entry('?');
    const change = url.endsWith('/take')
      ? { takenBy: me, takenUntil: '2126-11-22T10:00:00Z' }
      : url.endsWith('/done')
        ? { doneAt: '2026-11-22T11:00:00Z', doneBy: me }
        : {};
    return new Response(JSON.stringify({ ...found, ...change }));
  });
});
afterEach(() => {
  act(() => {
    forgetQueue();
    endSession();
  });
  vi.unstubAllGlobals();
});

const onBook = vi.fn();
async function show() {
  onBook.mockReset();
  render(
    <InTest>
      <CallListPage onBook={onBook} />
      <Toaster />
    </InTest>,
  );
  await waitFor(() => expect(options().length).toBeGreaterThan(0));
}
const options = () => screen.queryAllByRole('option');
const details = () => within(screen.getByRole('region', { name: 'Кому звоним' }));

test('arrows choose, C takes the call and rings the number of the card, 1 notes that they will come', async () => {
  await show();
  await waitFor(() => expect(details().getByRole('button', { name: /Позвонить/ })).toBeEnabled());
  await userEvent.keyboard('{ArrowDown}');
  expect(details().getByRole('heading')).toHaveTextContent('Петрова 2');
  await userEvent.keyboard('c');
  await waitFor(() => expect(posted.map(({ path }) => path)).toEqual(['/api/call-list/2/take', '/api/calls']));
  expect(posted[1]?.body).toMatchObject({ requestId: 'r-2', phone: '+79001234567' });
  await userEvent.keyboard('1');
  await waitFor(() => expect(posted.at(-1)).toEqual({ path: '/api/call-list/2/done', body: { result: 'confirmed' } }));
  await waitFor(() => expect(options()).toHaveLength(1));
  expect(details().getByRole('heading')).toHaveTextContent('Петрова 1');
});

test('without an exchange the number is there to be copied', async () => {
  kinds = ['email'];
  await show();
  expect(details().queryByRole('button', { name: /Позвонить/ })).toBeNull();
  expect(details().getByRole('button', { name: 'Скопировать' })).toBeVisible();
});

test('whom a colleague calls cannot be decided on, and it is said who calls', async () => {
  list = [
    entry('1', { takenBy: kovaleva, takenUntil: '2126-11-22T10:00:00Z' }),
    entry('2', { takenBy: kovaleva, takenUntil: '2020-11-22T10:00:00Z' }),
  ];
  await show();
  expect(details().getByRole('status')).toHaveTextContent('Ковалёва А. сейчас звонит');
  await userEvent.keyboard('1');
  expect(details().getByRole('button', { name: /Придёт/ })).toBeDisabled();
  expect(posted).toEqual([]);
  // Who walked away from the telephone does not keep a patient for ever.
  await userEvent.keyboard('j');
  expect(details().queryByRole('status')).toBeNull();
  expect(details().getByRole('button', { name: /Придёт/ })).toBeEnabled();
});

test('of two clicks at the same moment the second is told in words who was first', async () => {
  answers = [{ on: /done$/, status: 409, body: { title: 'call-list.done', doneBy: kovaleva } }];
  await show();
  await userEvent.keyboard('1');
  expect(await screen.findByText('Итог этого звонка уже записан: Ковалёва А.')).toBeVisible();
});

test('not reached: later by one more key, only before the visit', async () => {
  await show();
  await userEvent.keyboard('4');
  expect(details().getByRole('group', { name: 'Когда позвонить ещё раз?' })).toBeVisible();
  await userEvent.keyboard('1');
  await waitFor(() => expect(posted.at(-1)?.path).toBe('/api/call-list/1/later'));
  expect(Date.parse(String(posted.at(-1)?.body.until))).toBeGreaterThan(Date.now() + 25 * 60_000);
  expect(laterChoices('2026-11-27T15:00:00Z', new Date('2026-11-27T14:00:00Z')).map(({ key }) => key)).toEqual(['halfHour']);
  expect(laterChoices('2026-11-27T13:00:00Z', new Date('2026-11-27T14:00:00Z'))).toHaveLength(3);
});

test('a visit is cancelled in the MIS first, then the call is noted', async () => {
  await show();
  await userEvent.keyboard('3');
  await userEvent.type(details().getByRole('textbox', { name: 'Причина отмены' }), 'Заболела{Enter}');
  await waitFor(() => expect(posted.map(({ path }) => path)).toEqual(['/api/appointments/v-1/cancel', '/api/call-list/1/done']));
  expect(posted[0]?.body).toMatchObject({ reason: 'Заболела' });
});

test('a visit is moved beside its request, and noted once it is; an entry that has settled itself is no trouble', async () => {
  answers = [{ on: /done$/, status: 409, body: { title: 'call-list.done' } }];
  await show();
  await userEvent.keyboard('2');
  await waitFor(() => expect(onBook).toHaveBeenCalledOnce());
  const [about, done] = onBook.mock.calls[0] as [CallListRow, () => void];
  expect(about.appointmentId).toBe('v-1');
  act(done);
  await waitFor(() => expect(posted.at(-1)).toEqual({ path: '/api/call-list/1/done', body: { result: 'moved' } }));
  await waitFor(() => expect(options()).toHaveLength(1));
  expect(screen.queryByText(/Звонить больше не нужно/)).toBeNull();
});

test('who did not come is booked again, not confirmed', async () => {
  list = [entry('1', { reason: 'noShow' })];
  await show();
  expect(details().queryByRole('button', { name: /Придёт/ })).toBeNull();
  expect(details().queryByRole('button', { name: /Отменить визит/ })).toBeNull();
  await userEvent.keyboard('1');
  expect(posted).toEqual([]);
  expect(details().getByRole('button', { name: /Записать снова/ })).toBeVisible();
});

test('who called in vain comes first, while the list of visits is broken too', async () => {
  isBroken = true;
  act(() =>
    replaceAll([
      row('r7', {
        contact: { name: 'Звонков', phone: '+79007654321' },
        lastCall: { id: 'c1', direction: 'inbound', outcome: 'abandoned', missed: 2, at: '2026-11-22T10:00:00Z' },
      }),
    ]),
  );
  await show();
  expect(options()[0]).toHaveTextContent('2 пропущенных звонка');
  await waitFor(() => expect(screen.getByText('Не удалось загрузить звонки о визитах')).toBeVisible(), { timeout: 4000 });
  await userEvent.keyboard('c');
  await waitFor(() => expect(posted.at(-1)?.body).toMatchObject({ requestId: 'r7', phone: null }));
});

test('an empty list says what will appear in it', async () => {
  list = [];
  render(
    <InTest>
      <CallListPage onBook={onBook} />
    </InTest>,
  );
  expect(await screen.findByText('Звонить некому')).toBeVisible();
});

test('the order: callers in vain, the nearest visit, and whoever is to be called later at the end', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const late = entry('3', { callAt: '2026-11-22T10:30:00Z' });
  const ordered = inOrder([late, entry('2'), entry('1', { slot: { ...late.slot, start: '2026-11-22T12:00:00Z' } })], [row('r9')], now);
  expect(ordered.map(({ id }) => id)).toEqual(['r9', '1', '2', '3']);
  expect(inOrder([late, entry('2')], [], Date.parse('2026-11-22T11:00:00Z')).map(({ id }) => id)).toEqual(['2', '3']);
});
