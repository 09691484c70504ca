import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import type { Appointment, LinkedPatient, SlotRow } from '@/shared/api/types';
import { applySlot, forgetSlots } from '@/shared/live/slot-store';
import { InTest } from '@/shared/ui/in-test';
import { Toaster } from '@/shared/ui/toaster';
import { forgetWishes, wishBooking } from '../booking-wishes';
import { forgetChosen } from '../chosen-slots';
import { Visits } from '../visits';

const kovaleva = { id: 'a9', name: 'Ковалёва А.' };
const patient: LinkedPatient = { id: 'p1', name: 'Петрова Анна', at: '2026-11-22T10:00:00Z' };

const slot = (id: string, hour: number, more: Partial<SlotRow> = {}): SlotRow => ({
  id,
  practitioner: { id: `d-${id}`, name: `Врачёв ${id}` },
  specialties: ['оториноларинголог'],
  location: { id: 'l1', name: 'На Ленина' },
  start: `2126-11-27T${hour - 3}:00:00Z`,
  end: `2126-11-27T${hour - 3}:30:00Z`,
  localStart: `2126-11-27T${hour}:00`,
  timeZone: 'Europe/Moscow',
  ...more,
});
const visit = (more: Partial<Appointment> = {}): Appointment => ({
  id: 'v1',
  rev: 2,
  requestId: 'r1',
  patient: { id: 'p1', name: 'Петрова Анна' },
  status: 'booked',
  truth: 'agreed',
  slot: slot('s1', 17),
  cancelling: false,
  bookedBy: kovaleva,
  createdAt: '2026-11-22T10:00:00Z',
  changedAt: '2026-11-22T10:00:00Z',
  ...more,
});

interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown> | null;
}
let asked: Asked[];
let visits: Appointment[];
let slots: SlotRow[];
/** Answers to writes, by method and path; the first that fits is used. */
let answers: { on: RegExp; status: number; body: unknown }[];

beforeEach(() => {
  asked = [];
  visits = [];
  slots = [slot('s1', 17), slot('s2', 18), slot('s3', 19)];
  answers = [
    {
      on: /^POST .*\/s\d\/hold$/,
      status: 201,
      body: { id: 'h1', slotId: 's1', expiresAt: new Date(Date.now() + 120_000).toISOString(), heldBy: kovaleva },
    },
    { on: /^DELETE \/api\/holds/, status: 204, body: null },
    { on: /^POST \/api\/appointments$/, status: 201, body: visit() },
  ];
  vi.stubGlobal('fetch', (url: string, { method = 'GET', body }: RequestInit) => {
    asked.push({ method, path: url, body: body ? JSON.parse(String(body)) : null });
    const told = answers.find(({ on }) => on.test(`${method} ${url}`));
    if (told) return Promise.resolve(new Response(told.status === 204 ? null : JSON.stringify(told.body), { status: told.status }));
    if (url.startsWith('/api/slots')) {
      return Promise.resolve(
        new Response(
          JSON.stringify({
            items: slots,
            readAt: '2026-11-22T10:00:00Z',
            stale: false,
            understood: {
              specialties: ['оториноларинголог'],
              practitioners: [],
              locations: [],
              days: [{ from: '2126-11-27', to: '2126-11-27' }],
              after: '17:00',
            },
          }),
        ),
      );
    }
    if (url.startsWith('/api/specialties'))
      return Promise.resolve(new Response(JSON.stringify({ items: [{ id: 'lor', name: 'оториноларинголог' }] })));
    return Promise.resolve(new Response(JSON.stringify({ items: url.startsWith('/api/appointments') ? visits : [] })));
  });
});
afterEach(() => {
  forgetChosen();
  forgetWishes();
  forgetSlots();
  vi.unstubAllGlobals();
});

const show = (who: LinkedPatient | null = patient) =>
  render(
    <InTest>
      <textarea aria-label="Ответ" />
      <aside>
        <Visits row={row('r1')} patient={who} />
      </aside>
    </InTest>,
  );
const writes = () => asked.filter(({ method }) => method !== 'GET');
const free = () => within(screen.getByRole('listbox', { name: 'Свободное время' }));
const options = () => free().queryAllByRole('option');
const chosen = () => free().getByRole('option', { selected: true });
const untilListed = () => waitFor(() => expect(options().length).toBeGreaterThan(0));

async function openForm() {
  await screen.findByText('Записей нет.');
  await userEvent.keyboard('b');
  await untilListed();
}

test('a wish in words, arrows, Enter holds, Enter books: nothing but keys', async () => {
  show();
  await openForm();
  expect(screen.getByRole('combobox', { name: 'Куда и когда записать' })).toHaveFocus();
  await userEvent.keyboard('к лору в пятницу после 17');
  await screen.findByText(/Понято: оториноларинголог · .*27 нояб.* · после 17:00/);
  expect(decodeURIComponent(asked.filter(({ path }) => path.startsWith('/api/slots')).at(-1)?.path ?? '').replaceAll('+', ' ')).toContain(
    'q=к лору в пятницу после 17',
  );
  await userEvent.keyboard('{ArrowDown}');
  expect(chosen()).toHaveTextContent('18:00');
  await userEvent.keyboard('{Enter}');
  const confirm = await screen.findByRole('button', { name: /^Записать/ });
  expect(writes()[0]).toMatchObject({ path: '/api/slots/s2/hold', body: { requestId: 'r1' } });
  expect(confirm).toHaveFocus();
  expect(screen.getByText(/Держим для вас ещё [12]:\d\d/)).toBeInTheDocument();
  visits = [visit({ slot: slot('s2', 18) })];
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(writes()).toHaveLength(2));
  expect(writes()[1]).toMatchObject({ path: '/api/appointments', body: { requestId: 'r1', patientId: 'p1', slotId: 's2' } });
  expect(writes()[1]?.body?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
  expect(await screen.findByText('записан')).toBeInTheDocument();
  expect(screen.getByText('сошлось с МИС')).toBeInTheDocument();
  expect(screen.queryByRole('combobox', { name: 'Куда и когда записать' })).not.toBeInTheDocument();
});

test('a slot that went to somebody else brings the nearest, and they are chosen by the same keys', async () => {
  show();
  await openForm();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  answers.unshift({
    on: /^POST \/api\/appointments$/,
    status: 409,
    body: { title: 'slot.taken', alternatives: [slot('s7', 20), slot('s8', 21), slot('s9', 22)] },
  });
  await userEvent.keyboard('{Enter}');
  await screen.findByText('Это время уже заняли.');
  await waitFor(() =>
    expect(options().map((option) => option.textContent)).toEqual([
      expect.stringContaining('20:00'),
      expect.stringContaining('21:00'),
      expect.stringContaining('22:00'),
    ]),
  );
  expect(screen.getByRole('combobox', { name: 'Куда и когда записать' })).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(writes().at(-1)?.path).toBe('/api/slots/s8/hold'));
});

test('who holds a slot is seen the moment it is told, and it cannot be picked until it is let go', async () => {
  show();
  await openForm();
  const first = slot('s1', 17);
  act(() =>
    applySlot({
      slotId: 's1',
      practitionerId: 'd-s1',
      start: first.start,
      end: first.end,
      heldBy: kovaleva,
      booked: false,
      at: '2026-11-22T10:00:01Z',
    }),
  );
  expect(chosen()).toHaveTextContent('держит Ковалёва А.');
  await userEvent.keyboard('{Enter}');
  expect(writes()).toEqual([]);
  act(() =>
    applySlot({
      slotId: 's1',
      practitionerId: 'd-s1',
      start: first.start,
      end: first.end,
      heldBy: null,
      booked: false,
      at: '2026-11-22T10:00:02Z',
    }),
  );
  // An older word that comes later changes nothing.
  act(() =>
    applySlot({
      slotId: 's1',
      practitionerId: 'd-s1',
      start: first.start,
      end: first.end,
      heldBy: kovaleva,
      booked: false,
      at: '2026-11-22T10:00:01Z',
    }),
  );
  expect(chosen()).not.toHaveTextContent('держит');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(writes()).toHaveLength(1));
});

test('a hold that was refused names the holder and offers the nearest', async () => {
  answers.unshift({ on: /hold$/, status: 409, body: { title: 'slot.held', heldBy: kovaleva, alternatives: [slot('s7', 20)] } });
  show();
  await openForm();
  await userEvent.keyboard('{Enter}');
  await screen.findByText('Ковалёва А. держит это время.');
  await waitFor(() => expect(options()).toHaveLength(1));
});

test('no answer: the slot stays ours, and the next Enter repeats the same booking', async () => {
  show();
  await openForm();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  const online = globalThis.fetch;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (init.method !== 'POST') return online(url, init);
    asked.push({ method: 'POST', path: url, body: JSON.parse(String(init.body)) });
    return Promise.reject(new TypeError('network'));
  });
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Сервер не ответил/);
  vi.stubGlobal('fetch', online);
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(writes()).toHaveLength(3));
  expect(writes()[2]?.body).toEqual(writes()[1]?.body);
});

test('nobody is booked who is not known', async () => {
  show(null);
  await openForm();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Сначала подтвердите, кто этот пациент/);
  expect(writes()).toHaveLength(1);
});

test('Esc lets the slot go, and what was looked for is looked for still', async () => {
  show();
  await openForm();
  await userEvent.keyboard('к лору в пятницу после 17');
  await screen.findByText(/Понято: /);
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  await userEvent.keyboard('{Escape}');
  await untilListed();
  const words = screen.getByRole('combobox', { name: 'Куда и когда записать' });
  expect(words).toHaveValue('к лору в пятницу после 17');
  expect(words).toHaveFocus();
  expect(writes().at(-1)).toMatchObject({ method: 'DELETE', path: '/api/holds/h1' });
});

const answerField = () => screen.getByRole('textbox', { name: 'Ответ' });
const wishField = () => screen.getByRole('combobox', { name: 'Куда и когда записать' });
const holdFor = (ms: number) =>
  answers.unshift({
    on: /^POST .*\/s\d\/hold$/,
    status: 201,
    body: { id: 'h1', slotId: 's1', expiresAt: new Date(Date.now() + ms).toISOString(), heldBy: kovaleva },
  });

describe('whoever comes back to a held slot', () => {
  async function holdAndComeBack() {
    const { unmount } = show();
    await openForm();
    await userEvent.keyboard('к лору в пятницу после 17');
    await screen.findByText(/Понято: /);
    await userEvent.keyboard('{Enter}');
    await screen.findByText(/Держим для вас/);
    unmount();
    show();
    await screen.findByText(/Держим для вас/);
  }

  test('lets it go and looks on with the same words', async () => {
    await holdAndComeBack();
    await userEvent.keyboard('{Escape}');
    await untilListed();
    expect(wishField()).toHaveValue('к лору в пятницу после 17');
    expect(wishField()).toHaveFocus();
  });

  test('hears that it went to somebody else, and is offered the nearest', async () => {
    await holdAndComeBack();
    answers.unshift({
      on: /^POST \/api\/appointments$/,
      status: 409,
      body: { title: 'slot.taken', alternatives: [slot('s7', 20), slot('s8', 21)] },
    });
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByText('Это время уже заняли.')).toBeVisible();
    await waitFor(() => expect(options()).toHaveLength(2));
  });

  test('hears that the time to decide is over', async () => {
    holdFor(2_500);
    await holdAndComeBack();
    expect(await screen.findByText('Время удержания вышло: выберите снова.', undefined, { timeout: 6_000 })).toBeVisible();
    expect(wishField()).toHaveValue('к лору в пятницу после 17');
  });
});

test('whoever has gone on hears of the refusal all the same, and for whom', async () => {
  const { unmount } = show();
  await openForm();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  const online = globalThis.fetch;
  let refuse = () => {};
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    init.method === 'POST'
      ? new Promise((resolve) => {
          refuse = () => resolve(new Response(JSON.stringify({ title: 'slot.taken', alternatives: [] }), { status: 409 }));
        })
      : online(url, init),
  );
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('button', { name: /Ждём МИС/ });
  unmount();
  render(
    <InTest>
      <Toaster />
    </InTest>,
  );
  act(() => refuse());
  expect(await screen.findByText(/^Смирнова Ольга, .*17:00.*: Это время уже заняли\.$/)).toBeVisible();
});

test('a move stays a move when its visit cannot be read any more', async () => {
  visits = [visit()];
  answers.unshift({ on: /\/v1\/reschedule$/, status: 200, body: visit({ rev: 4, slot: slot('s2', 18) }) });
  const { unmount } = show();
  await userEvent.click(await screen.findByRole('button', { name: 'Перенести' }));
  await untilListed();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await screen.findByText(/Держим для вас/);
  expect(screen.queryByRole('button', { name: 'Перенести' })).toBeNull();
  unmount();
  answers.unshift({ on: /^GET \/api\/appointments/, status: 404, body: { title: 'request.not-found' } });
  show();
  await screen.findByText('Не удалось загрузить визиты');
  expect(screen.getByText(/До согласия МИС он остаётся в силе/)).toBeVisible();
  screen.getByRole('button', { name: /Перенести сюда/ }).focus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(writes().at(-1)).toMatchObject({ path: '/api/appointments/v1/reschedule', body: { slotId: 's2' } }));
  expect(writes().some(({ path }) => path === '/api/appointments')).toBe(false);
});

test('a move begun on a list of a visit that is not found becomes no booking', async () => {
  wishBooking('r1', { patient: { id: 'p1', name: 'Петрова Анна' }, moving: 'v9', done: vi.fn() });
  show();
  await screen.findByText('Визит, который надо перенести, не найден: перенести его отсюда нельзя');
  expect(screen.queryByRole('combobox', { name: 'Куда и когда записать' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect(screen.getByRole('button', { name: /^Записать/ })).toHaveFocus();
});

test('what is held for one thing is not booked for another that a list wishes', async () => {
  visits = [visit()];
  const { unmount } = show();
  await screen.findByText('записан');
  await userEvent.keyboard('b');
  await untilListed();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас/);
  unmount();
  wishBooking('r1', { patient: { id: 'p1', name: 'Петрова Анна' }, moving: 'v1', done: vi.fn() });
  expect(writes().at(-1)).toMatchObject({ method: 'DELETE', path: '/api/holds/h1' });
  show();
  await screen.findByText(/Переносим визит/);
  expect(screen.queryByText(/Держим для вас/)).toBeNull();
});

describe('somebody who types an answer keeps the focus', () => {
  test('as a hold ends by itself, and Ctrl+Enter holds nothing', async () => {
    holdFor(1_500);
    show();
    await openForm();
    await userEvent.keyboard('{Enter}');
    await screen.findByText(/Держим для вас/);
    await userEvent.click(answerField());
    await userEvent.keyboard('Есть время ');
    await screen.findByText(/Время удержания вышло/, undefined, { timeout: 6_000 });
    await untilListed();
    await userEvent.keyboard('в 17:30');
    expect(answerField()).toHaveValue('Есть время в 17:30');
    await userEvent.click(wishField());
    const known = writes().length;
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    expect(writes()).toHaveLength(known);
  });

  test.each(['booked', 'cancelled'])('as a visit is %s after all', async (what) => {
    visits = what === 'booked' ? [] : [visit()];
    show();
    if (what === 'booked') {
      await openForm();
      await userEvent.keyboard('{Enter}');
      await screen.findByText(/Держим для вас/);
    } else await userEvent.click(await screen.findByRole('button', { name: 'Отменить' }));
    const online = globalThis.fetch;
    let answer = () => {};
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      init.method === 'POST'
        ? new Promise((resolve) => {
            visits = [visit({ rev: 3, status: what === 'booked' ? 'booked' : 'cancelled' })];
            answer = () => resolve(new Response(JSON.stringify(visits[0])));
          })
        : online(url, init),
    );
    await userEvent.keyboard('{Enter}');
    await userEvent.click(answerField());
    act(() => answer());
    await screen.findByRole('button', { name: /^Записать/ });
    await screen.findByText(what === 'booked' ? 'записан' : 'Предстоящих визитов нет.');
    await userEvent.keyboard('нет');
    expect(answerField()).toHaveValue('нет');
  });
});

test('a cancellation that is sent cannot be left by Esc', async () => {
  visits = [visit()];
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Отменить' }));
  const online = globalThis.fetch;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => (init.method === 'POST' ? new Promise(() => {}) : online(url, init)));
  await userEvent.keyboard('{Enter}{Escape}');
  expect(screen.getByRole('textbox', { name: 'Причина отмены' })).toHaveFocus();
});

test.each(['hub.failed', 'mis.unclear'])('%s: nobody has looked for other times, so they are looked for', async (code) => {
  visits = [visit({ status: 'cancelled', problem: { code, alternatives: [] } })];
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Выбрать другое время' }));
  await waitFor(() => expect(options()).toHaveLength(3));
  expect(screen.queryByText(/Рядом свободного времени нет/)).toBeNull();
});

test('what nobody knows is neither cancelled nor agreed', async () => {
  visits = [
    visit({ status: 'cancelled', problem: { code: 'mis.unclear', alternatives: [] } }),
    visit({ id: 'v2', problem: { code: 'mis.unclear', alternatives: [] } }),
  ];
  show();
  expect(await screen.findByText('неизвестно, есть ли запись')).toBeVisible();
  expect(screen.getByText('записан')).toBeVisible();
  expect(screen.queryByText('отменён')).toBeNull();
  expect(screen.queryByText('сошлось с МИС')).toBeNull();
});

test('nothing is free nearby where somebody has looked', async () => {
  visits = [visit({ status: 'cancelled', problem: { code: 'slot.taken', alternatives: [] } })];
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Выбрать другое время' }));
  expect(await screen.findByText(/Рядом свободного времени нет/)).toBeVisible();
});

test('what the MIS has not said is preliminary, and a difference is told in words', async () => {
  visits = [
    visit({ id: 'v1', status: 'pending', truth: 'waiting', delay: 'mis.away' }),
    visit({ id: 'v2', truth: 'differs', difference: 'appointment.not-found' }),
  ];
  show();
  const [waiting, differs] = (await screen.findAllByRole('listitem')) as [HTMLElement, HTMLElement];
  const both = [waiting, differs].map((each) => each.textContent).join('|');
  expect(both).toContain('предварительно');
  expect(both).toContain('ждём МИС');
  expect(both).toContain('МИС не отвечает: повторим сами.');
  expect(both).toContain('расхождение с МИС');
  expect(both).toContain('В МИС иначе: МИС не знает такого визита.');
});

test('a visit is cancelled with a reason, and once', async () => {
  visits = [visit()];
  answers.unshift({ on: /\/v1\/cancel$/, status: 200, body: visit({ rev: 3, status: 'cancelled' }) });
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Отменить' }));
  visits = [visit({ rev: 3, status: 'cancelled' })];
  await userEvent.keyboard('Заболела{Enter}');
  await waitFor(() => expect(writes()).toHaveLength(1));
  expect(writes()[0]).toMatchObject({ path: '/api/appointments/v1/cancel', body: { reason: 'Заболела' } });
  await screen.findByRole('button', { name: 'Прошедшие и отменённые: 1' });
  expect(screen.getByText('Предстоящих визитов нет.')).toBeVisible();
  await waitFor(() => expect(screen.getByRole('button', { name: /^Записать/ })).toHaveFocus());
});

test('a visit that is kept after all gives the focus back to where it was', async () => {
  visits = [visit()];
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Отменить' }));
  await userEvent.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: 'Отменить' })).toHaveFocus();
  expect(writes()).toEqual([]);
});

test('another time is chosen with the same doctor first; the old one stands until then', async () => {
  visits = [visit()];
  answers.unshift({ on: /\/v1\/reschedule$/, status: 200, body: visit({ rev: 4, slot: slot('s2', 18) }) });
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Перенести' }));
  await screen.findByText(/До согласия МИС он остаётся в силе/);
  await untilListed();
  expect(asked.filter(({ path }) => path.startsWith('/api/slots')).at(-1)?.path).toContain('practitioner=d-s1');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await userEvent.click(await screen.findByRole('button', { name: /Перенести сюда/ }));
  await waitFor(() => expect(writes().at(-1)).toMatchObject({ path: '/api/appointments/v1/reschedule', body: { slotId: 's2' } }));
});

test('a visit the MIS refused stays in sight with its alternatives', async () => {
  visits = [visit({ status: 'cancelled', problem: { code: 'slot.taken', alternatives: [slot('s7', 20)] } })];
  show();
  const refused = await screen.findByRole('listitem');
  expect(refused).toHaveTextContent('Это время уже заняли.');
  await userEvent.click(within(refused).getByRole('button', { name: 'Выбрать другое время' }));
  await waitFor(() => expect(options()).toHaveLength(1));
  expect(chosen()).toHaveTextContent('20:00');
});

test('nothing suits: the patient is put on the waiting list with what was looked for', async () => {
  answers.push({ on: /^POST \/api\/waiting-list$/, status: 200, body: {} });
  show();
  await openForm();
  await userEvent.keyboard('к лору в пятницу после 17');
  await screen.findByText(/Понято: оториноларинголог/);
  await userEvent.click(screen.getByRole('button', { name: 'В лист ожидания' }));
  const form = within(screen.getByRole('form', { name: 'В лист ожидания' }));
  expect(form.getByLabelText('С какого дня')).toHaveValue('2126-11-27');
  expect(form.getByLabelText('Не раньше')).toHaveValue('17:00');
  await userEvent.click(form.getByRole('button', { name: /Поставить в лист/ }));
  await waitFor(() => expect(writes().at(-1)?.path).toBe('/api/waiting-list'));
  expect(writes().at(-1)?.body).toMatchObject({
    requestId: 'r1',
    patientId: 'p1',
    specialtyIds: ['lor'],
    fromDay: '2126-11-27',
    after: '17:00',
    before: null,
  });
});

test('a booking begun on a list is about the patient of that list, and tells it when it is done', async () => {
  const done = vi.fn();
  wishBooking('r1', { patient: { id: 'p7', name: 'Петров Миша' }, moving: null, done });
  show();
  await screen.findByText('Записываем: Петров Миша');
  await untilListed();
  await userEvent.keyboard('{Enter}');
  await screen.findByText(/Держим для вас ещё/);
  expect(done).not.toHaveBeenCalled();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(writes().find(({ path }) => path === '/api/appointments')?.body).toMatchObject({ patientId: 'p7' });
  expect(screen.queryByText('Записываем: Петров Миша')).toBeNull();
});
