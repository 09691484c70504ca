import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestRow } from '@/shared/api/types';
import {
  applyEvents,
  applyRows,
  forgetQueue,
  otherRequestsOf,
  replaceAll,
  rowOf,
  setAtTop,
  setBusy,
  setMe,
  setSearch,
  setSort,
  setView,
  showArrived,
  useQueue,
} from '../store';
import { row } from './rows';

const order = () => useQueue.getState().order;
const event = (seq: number, changed: RequestRow) => ({ seq, type: 'requestChanged' as const, at: '2026-11-22T10:00:00Z', row: changed });

beforeEach(() => {
  forgetQueue();
  replaceAll([row('r1'), row('r2')]);
});

describe('what the feed tells', () => {
  test('the same event twice equals once', () => {
    const told = event(1, row('r3', { unread: 2 }));
    applyEvents([told]);
    const once = useQueue.getState();
    applyEvents([told]);
    expect(order()).toEqual(['r3', 'r2', 'r1']);
    expect(useQueue.getState().unread).toBe(once.unread);
  });

  test('an older row changes nothing', () => {
    applyRows([row('r1', { rev: 5, preview: 'новое' })]);
    applyRows([row('r1', { rev: 4, preview: 'старое' })]);
    expect(rowOf('r1')?.preview).toBe('новое');
  });

  test('a snapshot does not undo what the feed already told', () => {
    applyRows([row('r1', { rev: 7, status: 'inProgress' })]);
    replaceAll([row('r1', { rev: 6 }), row('r2')]);
    expect(rowOf('r1')?.status).toBe('inProgress');
  });
});

describe('the list under the reader’s eyes', () => {
  test('new rows wait in the pill while the list is scrolled', () => {
    setAtTop(false);
    applyRows([row('r3')]);
    expect(order()).toEqual(['r2', 'r1']);
    expect(useQueue.getState().arrived).toEqual(['r3']);
    showArrived();
    expect(order()).toEqual(['r3', 'r2', 'r1']);
  });

  test('a row that stopped matching stays until the list is drawn anew', () => {
    applyRows([row('r2', { rev: 2, status: 'closed' })]);
    expect(order()).toEqual(['r2', 'r1']);
    setView('unassigned');
    expect(order()).toEqual(['r1']);
  });

  test('a row with a new contact rises, unless the pointer rests on the list', () => {
    setBusy(true);
    applyRows([row('r1', { rev: 2, lastContactAt: '2026-11-22T11:00:00Z' })]);
    expect(order()).toEqual(['r2', 'r1']);
    setBusy(false);
    applyRows([row('r1', { rev: 3, lastContactAt: '2026-11-22T11:00:01Z' })]);
    expect(order()).toEqual(['r1', 'r2']);
  });
});

describe('views, order and search', () => {
  test('mine are those assigned to me', () => {
    applyRows([row('r3', { assignee: { id: 'me', name: 'Я' } })]);
    setMe('me');
    setView('mine');
    expect(order()).toEqual(['r3']);
  });

  test('by deadline the most overdue comes first and rows without one come last', () => {
    applyRows([row('r3', { firstResponseDueAt: '2026-11-22T12:00:00Z' }), row('r4', { firstResponseDueAt: '2026-11-22T11:00:00Z' })]);
    setSort('deadline');
    expect(order()).toEqual(['r4', 'r3', 'r1', 'r2']);
  });

  test.each(['ольга', '№ 1003', '8 900 123-45-67', 'ivanova@'])('finds by %s', (text) => {
    applyRows([
      row('r1', { rev: 2, contact: {} }),
      row('r2', { rev: 2, contact: {} }),
      row('r3', { contact: { name: 'Иванова Ольга', phone: '+79001234567', email: 'ivanova@example.ru' } }),
    ]);
    setSearch(text);
    expect(order()).toEqual(['r3']);
  });
});

test('other open requests of the same person are found by phone or mail, closed ones left out', () => {
  const self = row('r1');
  const others = otherRequestsOf(
    new Map(
      [self, row('r2'), row('r3', { status: 'closed' }), row('r4', { contact: { phone: '+79990000000' } })].map((each) => [each.id, each]),
    ),
    self,
  );
  expect(others.map((each) => each.id)).toEqual(['r2']);
});
