import { fireEvent, render, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { getPatientIndex, getReconciliations, reconcile } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { PatientIndexState, ReconciliationReport } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { MisPage } from '../mis-page';

vi.mock('@/shared/api/endpoints', () => ({ getPatientIndex: vi.fn(), getReconciliations: vi.fn(), reconcile: vi.fn() }));

const report = (more: Partial<ReconciliationReport> = {}): ReconciliationReport => ({
  forDay: '2026-11-23',
  startedAt: '2026-11-23T00:10:00Z',
  finishedAt: '2026-11-23T00:10:30Z',
  counted: 5,
  agreed: 5,
  waiting: 0,
  repaired: [],
  differing: [],
  adopted: 0,
  ...more,
});
const visit = (id: string, reason: string) => ({
  appointmentId: id,
  requestId: `request-${id}`,
  misId: '7',
  start: '2026-11-27T07:30:00Z',
  reasons: [reason],
});
const full: PatientIndexState = { count: 41207, listed: true, fullAt: '2026-11-23T00:00:00Z' };

const show = (items: ReconciliationReport[], { running = false, index = full } = {}) => {
  vi.mocked(getReconciliations).mockResolvedValue({ items, running });
  vi.mocked(getPatientIndex).mockResolvedValue(index);
  render(
    <InTest>
      <MisPage />
    </InTest>,
  );
};
const press = async () => fireEvent.click(await screen.findByRole('button', { name: 'Сверить сейчас' }));

beforeEach(() => {
  for (const each of [getReconciliations, getPatientIndex, reconcile]) vi.mocked(each).mockReset();
});

test('the latest report is open: its figures, and each visit that differs with the way to its request', async () => {
  show([
    report({
      differing: [visit('a', 'статус: у нас «записан», в МИС «отменено»')],
      repaired: [visit('b', 'время: у нас 27.11 10:30, в МИС 28.11 10:00')],
    }),
    report({ startedAt: '2026-11-22T00:10:00Z', forDay: '2026-11-22' }),
  ]);
  const decide = await screen.findByRole('region', { name: 'Решать человеку' });
  expect(within(decide).getByRole('link', { name: /Визит 27 нояб/ })).toHaveAttribute('href', '/requests/request-a');
  expect(decide).toHaveTextContent('в МИС «отменено»');
  expect(screen.getByRole('region', { name: 'Исправлено по МИС' })).toHaveTextContent('в МИС 28.11 10:00');
  expect(screen.getByText('1 визит ждёт решения')).toBeVisible();
  expect(screen.getByText('расхождений нет')).toBeVisible();
});

test('a comparison that was asked for ends with its outcome', async () => {
  show([]);
  vi.mocked(reconcile).mockResolvedValue(report({ counted: 21, by: { id: 'm', name: 'Ольга' } }));
  expect(await screen.findByText('Сверок ещё не было')).toBeVisible();
  await press();
  expect(await screen.findByText('Сверен 21 визит: исправлено по МИС — 0, решать человеку — 0.')).toBeVisible();
  expect(getReconciliations).toHaveBeenCalledTimes(2);
});

test.each([
  ['reconciliation.running', 409, /её начал кто-то другой/],
  ['mis.away', 503, /МИС не отвечает/],
  ['http.500', 500, /ошибка на нашей стороне/],
])('%s says what it means', async (title, status, words) => {
  show([]);
  vi.mocked(reconcile).mockRejectedValue(new ApiError(status, title));
  await press();
  expect(await screen.findByText(words)).toBeVisible();
});

test('no answer is not taken for a failure', async () => {
  show([]);
  vi.mocked(reconcile).mockRejectedValue(new NoAnswer());
  await press();
  expect(await screen.findByText(/Сверка могла продолжиться на сервере/)).toBeVisible();
});

test('what somebody else started is shown, and cannot be started twice', async () => {
  show([report()], { running: true });
  const button = await screen.findByRole('button', { name: 'Идёт сверка…' });
  expect(button).toHaveAttribute('aria-disabled', 'true');
  fireEvent.click(button);
  expect(reconcile).not.toHaveBeenCalled();
  expect(screen.getByRole('progressbar', { name: 'Идёт сверка…' })).toBeVisible();
});

test('a full list of patients needs no warning', async () => {
  show([]);
  expect(await screen.findByText(/41\s207 пациентов МИС/)).toBeVisible();
  expect(screen.queryByText(/редкие имена/)).toBeNull();
});

test.each([
  [{ count: 120, listed: true, readingSince: '2026-11-23T00:00:00Z' }, /читается впервые/],
  [{ count: 0, listed: true }, /ещё ни разу не читался/],
  [{ count: 9, listed: false }, /не отдаёт список целиком/],
])('until everybody is known, what a match means is said', async (index, words) => {
  show([], { index });
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.getByText(/верное совпадение может быть названо только возможным/)).toBeVisible();
});
