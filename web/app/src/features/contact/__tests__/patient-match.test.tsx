import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { row } from '@/entities/request/__tests__/rows';
import type { ContactDetails, PatientIndexState } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { Household } from '../household';
import { PatientMatch } from '../patient-match';

const contact = (change: Partial<ContactDetails> = {}): ContactDetails => ({
  id: 'c1',
  name: 'Анна',
  grade: 'probable',
  candidates: [
    {
      patientId: 'p1',
      name: 'Петрова Анна Сергеевна',
      birthOn: '1985-03-12',
      grade: 'probable',
      reasons: ['phone', 'given-short', 'family-close', 'shared-phone'],
    },
    { patientId: 'p2', name: 'Петрова Мария Сергеевна', grade: 'possible', reasons: ['phone', 'given-differs', 'brand-new'] },
  ],
  askBirthOn: true,
  misAnswered: true,
  names: [],
  points: [],
  merged: [],
  household: [],
  ...change,
});

const asked = vi.fn<(url: string, init: RequestInit) => void>();
let answer: { status: number; body: unknown };
let index: PatientIndexState;
const indexAsked = vi.fn();
beforeEach(() => {
  index = { count: 200, listed: true, fullAt: '2026-11-22T23:00:00Z' };
  answer = { status: 200, body: contact() };
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (url === '/api/patients/index') {
      indexAsked();
      return Promise.resolve(new Response(JSON.stringify(index)));
    }
    asked(url, init);
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
});
afterEach(() => {
  asked.mockReset();
  indexAsked.mockReset();
  vi.unstubAllGlobals();
});

const show = (change: Partial<ContactDetails> = {}) =>
  render(
    <InTest>
      <PatientMatch row={row('r1')} contact={contact(change)} />
      <Household row={row('r1')} contact={contact(change)} />
    </InTest>,
  );
const body = () => JSON.parse(String(asked.mock.calls[0]?.[1].body)) as unknown;

test('a suggestion says field by field why, and an unknown reason is shown, not swallowed', () => {
  show();
  expect(
    screen.getByText(
      'совпал телефон, имя в краткой или другой форме, фамилия отличается на опечатку или окончание, этот телефон записан у нескольких пациентов',
    ),
  ).toBeInTheDocument();
  expect(screen.getByText('совпал телефон, другое имя, признак «brand-new»')).toBeInTheDocument();
  expect(screen.getByText('род. 12.03.1985')).toBeInTheDocument();
});

test.each([
  ['read for the first time', { readingSince: '2026-11-23T09:00:00Z', fullAt: null }, true],
  ['never read', { fullAt: null }, true],
  ['full', {}, false],
  ['read anew', { readingSince: '2026-11-23T09:00:00Z' }, false],
  ['told by nobody', { listed: false, fullAt: null }, false],
])('a list of patients that is %s is said beside the matches where it may mislead', async (_, change, said) => {
  index = { ...index, count: 1200, ...change };
  show();
  if (said) {
    // Read aloud once: the number beside it grows all the time.
    expect((await screen.findByText(/ещё не прочитан до конца/)).closest('[role=status]')).not.toHaveTextContent(/\d/);
    expect(screen.getByText(/Прочитано пока: 1\s?200/)).toBeVisible();
  } else {
    await waitFor(() => expect(indexAsked).toHaveBeenCalled());
    await act(async () => {});
    expect(screen.queryByText(/ещё не прочитан/)).not.toBeInTheDocument();
  }
});

test('whoever is linked already needs no such word', async () => {
  index = { ...index, fullAt: null };
  show({ patient: { id: 'p1', name: 'Петрова Анна Сергеевна', at: '2026-11-23T09:00:00Z' } });
  expect(screen.getByText('Петрова Анна Сергеевна')).toBeInTheDocument();
  expect(indexAsked).not.toHaveBeenCalled();
});

test('one key links the first suggestion, another turns it down', async () => {
  show();
  await userEvent.keyboard('{y}');
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(asked.mock.calls[0]?.[0]).toBe('/api/contacts/c1/patient');
  expect(body()).toEqual({ patientId: 'p1' });
  asked.mockReset();
  await userEvent.keyboard('{x}');
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(asked.mock.calls[0]?.[0]).toBe('/api/contacts/c1/patient/decline');
});

test('no key decides about suggestions that may be old', async () => {
  render(
    <InTest>
      <PatientMatch row={row('r1')} contact={contact()} isOld />
    </InTest>,
  );
  await userEvent.keyboard('{y}{x}');
  expect(asked).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Связать с картой: Петрова Анна Сергеевна' }));
  expect(asked).toHaveBeenCalledOnce();
});

test('the date of birth is asked for where it would tell, and sent as it was said', async () => {
  show();
  await userEvent.type(screen.getByLabelText('Дата рождения со слов'), '12 марта 1985{Enter}');
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(asked.mock.calls[0]?.[0]).toBe('/api/contacts/c1/birth-date');
  expect(body()).toEqual({ birthOn: '12 марта 1985' });
});

test('nothing is asked for where it would not tell', () => {
  show({ askBirthOn: false });
  expect(screen.queryByLabelText('Дата рождения со слов')).not.toBeInTheDocument();
});

test('while the MIS is silent the window says so', () => {
  show({ misAnswered: false, candidates: [] });
  expect(screen.getByText(/МИС сейчас не отвечает/)).toBeInTheDocument();
});

test('a linked card says who linked it, and can be unlinked', async () => {
  show({
    patient: { id: 'p1', name: 'Петрова Анна Сергеевна', by: { id: 'a1', name: 'Ковалёва А.' }, at: '2026-11-22T10:00:00Z' },
    candidates: [],
    askBirthOn: false,
  });
  expect(screen.getByText('Подтверждено: Ковалёва А.')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Отвязать карту' }));
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(asked.mock.calls[0]?.[1].method).toBe('DELETE');
});

test('a card nobody suggested is found by hand', async () => {
  show({ candidates: [], askBirthOn: false });
  answer = { status: 200, body: { items: [{ id: 'p7', name: 'Сидоров Пётр', birthOn: '1990-01-02', phones: [], emails: [] }] } };
  await userEvent.type(screen.getByLabelText('Найти пациента', { selector: 'input' }), 'Сидоров{Enter}');
  await userEvent.click(await screen.findByRole('button', { name: 'Связать с картой: Сидоров Пётр' }));
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  expect(asked.mock.calls[0]?.[0]).toContain('requestId=r1');
});

test('who shares the phone is shown, and can be said to be the same person', async () => {
  show({ household: [{ id: 'c2', name: 'Пётр' }] });
  await userEvent.click(screen.getByRole('button', { name: 'Объединить: Пётр — тот же человек' }));
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  expect(asked.mock.calls[0]?.[0]).toBe('/api/contacts/c1/merge');
  expect(body()).toEqual({ contactId: 'c2' });
});
