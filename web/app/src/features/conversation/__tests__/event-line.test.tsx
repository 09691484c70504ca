import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { TimelineEvent, TimelineItem } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { EventLine } from '../event-line';

const item = (event: TimelineEvent, more: Partial<TimelineItem> = {}): TimelineItem => ({
  id: 'e1',
  version: 1,
  kind: 'event',
  at: '2026-11-22T10:00:00Z',
  attachments: [],
  automated: false,
  suspicions: [],
  earlier: [],
  event,
  ...more,
});
const slot = {
  slotId: 's1',
  practitionerId: '1',
  practitionerName: 'Врачёв П. И.',
  locationId: '1',
  locationName: 'На Ленина',
  start: '2026-11-27T14:30:00Z',
  end: '2026-11-27T15:00:00Z',
  timeZone: 'Asia/Yekaterinburg',
};
const visit = { id: 'v1', status: 'booked', truth: 'agreed', slot } as const;

const show = (event: TimelineEvent, more?: Partial<TimelineItem>) =>
  render(
    <InTest>
      <EventLine item={item(event, more)} />
    </InTest>,
  );

test('a booked visit is told by the clock of its branch', () => {
  show({ type: 'appointment', appointment: { ...visit, change: 'booked' } });
  expect(screen.getByText(/Записан на приём: пт, 27 нояб.*19:30, Врачёв П\. И\., На Ленина/)).toBeInTheDocument();
});

test('a refusal says who asked and why it failed', () => {
  show({ type: 'appointment', agent: { id: 'a1', name: 'Ковалёва' }, appointment: { ...visit, change: 'refused', problem: 'slot.taken' } });
  expect(screen.getByText(/^Ковалёва: Записать не получилось: .*\. Это время уже заняли\.$/)).toBeInTheDocument();
});

test('a delay of a visit that stands does not make it preliminary', () => {
  show({ type: 'appointment', appointment: { ...visit, change: 'delayed', problem: 'hub.fault' } });
  expect(screen.getByText(/^Ответа ещё нет, пока в силе .*На Ленина\. Сбой у нас, не в МИС: повторим сами\./)).toBeVisible();
});

test('a delayed booking is preliminary', () => {
  show({ type: 'appointment', appointment: { ...visit, status: 'pending', change: 'delayed', problem: 'hub.fault' } });
  expect(screen.getByText(/^Предварительно: /)).toBeVisible();
});

test.each(['refused', 'moveRefused', 'cancelRefused'] as const)('what nobody knows is not told as a refusal: %s', (change) => {
  show({ type: 'appointment', appointment: { ...visit, change, problem: 'mis.unclear' } });
  expect(screen.getByText(/^Неизвестно, чем кончилось: .*Сначала посмотрите в МИС/)).toBeVisible();
});

test('what happens later is not told with the cause of an earlier refusal', () => {
  show({ type: 'appointment', appointment: { ...visit, change: 'followed', problem: 'mis.unclear' } });
  expect(screen.getByText(/^В МИС визит изменили: .*На Ленина$/)).toBeVisible();
});

test('what could not be written to the patient is there to be said', () => {
  show({ type: 'notTold' }, { text: 'Запись подтверждена: пятница, 19:30.' });
  expect(screen.getByText(/нельзя. Скажите ему/)).toBeInTheDocument();
  expect(screen.getByText('Запись подтверждена: пятница, 19:30.')).toBeInTheDocument();
});

test('a request that was given to a colleague names the colleague, not who gave it', () => {
  show({ type: 'assigned', agent: { id: 'a1', name: 'Иванова И.' }, assignee: { id: 'a9', name: 'Ковалёва А.' } });
  expect(screen.getByText('Ответственный: Ковалёва А.')).toBeVisible();
});

test('an identification that the MIS did not answer in time is told', () => {
  show({ type: 'identificationMissed' });
  expect(screen.getByText('МИС не ответила вовремя: пациент не определён')).toBeVisible();
});
