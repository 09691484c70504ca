import type { Timeline, TimelineItem } from '@/shared/api/types';

const byMoment = (a: TimelineItem, b: TimelineItem) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.version - b.version);

/** An item that changed later (a delivery) comes again under its id with a greater version. */
export function mergeTimeline(known: Timeline | undefined, delta: Timeline): Timeline {
  if (!known) return { version: delta.version, items: [...delta.items].sort(byMoment) };
  if (delta.items.length === 0 && delta.version <= known.version) return known;
  const byId = new Map(known.items.map((item) => [item.id, item]));
  for (const item of delta.items) {
    const old = byId.get(item.id);
    if (!old || item.version >= old.version) byId.set(item.id, item);
  }
  return { version: Math.max(known.version, delta.version), items: [...byId.values()].sort(byMoment) };
}
