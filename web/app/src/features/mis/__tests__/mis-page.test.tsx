import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { getPatientIndex, getReconciliations, reconcile } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { PatientIndexState, ReconciliationList, ReconciliationReport } from '@/shared/api/types';
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

const show = (items: ReconciliationReport[], { running = false, index = full, mayRun = true } = {}) => {
  vi.mocked(getReconciliations).mockResolvedValue({ items, running });
  vi.mocked(getPatientIndex).mockResolvedValue(index);
  render(
    <InTest>
      <MisPage mayRun={mayRun} />
    </InTest>,
  );
};
const press = async () => fireEvent.click(await screen.findByRole('button', { name: 'Сверить сейчас' }));
const refresh = () => fireEvent.click(screen.getByRole('button', { name: 'Обновить' }));

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
  ['reconciliation.running', 409, /ночная, или её начал кто-то другой/],
  ['mis.away', 503, /МИС не отвечает/],
  ['http.403', 403, /запускает руководитель смены/],
  ['http.502', 502, /Сверка могла продолжиться на сервере/],
  ['http.504', 504, /Сверка могла продолжиться на сервере/],
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

test('a session that is over is left to the sign-in', async () => {
  show([]);
  vi.mocked(reconcile).mockRejectedValue(new ApiError(401, 'http.401'));
  await screen.findByText('Сверок ещё не было');
  vi.mocked(getReconciliations).mockResolvedValue({ items: [report()], running: false });
  await press();
  expect(await screen.findByText('Все визиты совпали.')).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Сверить сейчас' })).toBeVisible();
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
});

test.each([
  ['refused because another runs', new ApiError(409, 'reconciliation.running')],
  ['not answered', new NoAnswer()],
])('what was %s is forgotten once the list has shown it', async (_, error) => {
  show([]);
  vi.mocked(reconcile).mockRejectedValue(error);
  await screen.findByText('Сверок ещё не было');
  vi.mocked(getReconciliations).mockResolvedValue({ items: [report()], running: true });
  await press();
  expect(await screen.findByText('Все визиты совпали.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Идёт сверка…' })).toBeVisible();
  const latest = report({ startedAt: '2026-11-23T09:00:00Z', counted: 0, agreed: 0 });
  vi.mocked(getReconciliations).mockResolvedValue({ items: [latest, report()], running: false });
  refresh();
  expect(await screen.findByText(/Сравнивать было нечего/)).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Сверить сейчас' })).toBeVisible();
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
});

test('what the list said while ours went on does not hide its outcome', async () => {
  show([]);
  let refuse: (error: Error) => void = () => {};
  vi.mocked(reconcile).mockReturnValue(new Promise((_, reject) => (refuse = reject)));
  await press();
  vi.mocked(getReconciliations).mockResolvedValue({ items: [report()], running: true });
  refresh();
  expect(await screen.findByText('Все визиты совпали.')).toBeVisible();
  let tell: (list: ReconciliationList) => void = () => {};
  vi.mocked(getReconciliations).mockReturnValue(new Promise((resolve) => (tell = resolve)));
  await act(async () => refuse(new ApiError(503, 'mis.away')));
  await act(async () => tell({ items: [report()], running: false }));
  expect(await screen.findByText(/МИС не отвечает/)).toBeVisible();
});

test('whoever may not start one reads who may', async () => {
  show([], { mayRun: false });
  expect(await screen.findByText('Сверку запускает руководитель смены или администратор.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Сверить сейчас' })).toBeNull();
});

test.each([
  [{ counted: 5, agreed: 4, waiting: 1 }, /часть визитов ещё записывается в МИС/],
  [{ counted: 0, agreed: 0 }, /Сравнивать было нечего/],
])('of a report without differences no more is said than it found: %o', async (found, words) => {
  show([report(found)]);
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.queryByText('Все визиты совпали.')).toBeNull();
});

test('where visits were taken from the MIS, there was something to compare', async () => {
  show([report({ counted: 0, agreed: 0, adopted: 2 })]);
  expect(await screen.findByText('взято из МИС')).toBeVisible();
  expect(screen.queryByText(/Сравнивать было нечего/)).toBeNull();
});

test('a visit that stopped differing by itself says so', async () => {
  show([report({ agreed: 4, repaired: [{ ...visit('a', ''), reasons: [] }] })]);
  expect(await screen.findByText('раньше расходилось, теперь одинаково')).toBeVisible();
});

test('a newer report does not close the one that is being read', async () => {
  const read = report({ differing: [visit('a', 'статус: у нас «записан», в МИС «отменено»')] });
  show([read]);
  const link = await screen.findByRole('link', { name: /Визит 27 нояб/ });
  expect(link.closest('details')).toHaveAttribute('open');
  vi.mocked(getReconciliations).mockResolvedValue({ items: [report({ startedAt: '2026-11-23T09:00:00Z' }), read], running: false });
  refresh();
  const latest = await screen.findByText('Все визиты совпали.');
  expect(latest.closest('details')).toHaveAttribute('open');
  expect(link.closest('details')).toHaveAttribute('open');
  expect(link).toBeInTheDocument();
});

test('refreshing asks for the list of patients, too', async () => {
  show([]);
  await screen.findByText(/41\s207 пациентов МИС/);
  vi.mocked(getPatientIndex).mockResolvedValue({ ...full, count: 3 });
  refresh();
  expect(await screen.findByText(/^3 пациента МИС/)).toBeVisible();
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
