import { expect, test } from 'vitest';
import type { TimelineItem } from '@/shared/api/types';
import { mergeTimeline } from '../timeline';

const item = (id: string, version: number, change: Partial<TimelineItem> = {}): TimelineItem => ({
  id,
  version,
  kind: 'reply',
  at: `2026-11-22T10:00:0${version}Z`,
  attachments: [],
  automated: false,
  suspicions: [],
  earlier: [],
  text: id,
  ...change,
});

test('an item told again with a greater version replaces the old one and keeps its place', () => {
  const known = mergeTimeline(undefined, { version: 2, items: [item('a', 1), item('b', 2)] });
  const merged = mergeTimeline(known, {
    version: 3,
    items: [item('a', 3, { at: '2026-11-22T10:00:01Z', delivery: { status: 'sent', at: '2026-11-22T10:00:03Z' } })],
  });
  expect(merged.items.map((each) => each.id)).toEqual(['a', 'b']);
  expect(merged.items[0]?.delivery?.status).toBe('sent');
  expect(merged.version).toBe(3);
});

test('an answer that came late does not undo a newer one', () => {
  const known = mergeTimeline(undefined, { version: 5, items: [item('a', 5, { text: 'новое' })] });
  const merged = mergeTimeline(known, { version: 4, items: [item('a', 4, { text: 'старое' })] });
  expect(merged.items[0]?.text).toBe('новое');
  expect(merged.version).toBe(5);
});

test('nothing new leaves the very same timeline, so nothing is drawn again', () => {
  const known = mergeTimeline(undefined, { version: 1, items: [item('a', 1)] });
  expect(mergeTimeline(known, { version: 1, items: [] })).toBe(known);
});
