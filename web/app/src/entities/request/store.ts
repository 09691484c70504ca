import { create } from 'zustand';
import type { RequestRow, ScreenEvent } from '@/shared/api/types';
import { inView, matchesText, type QueueSort, type QueueView, ranking } from './queue-order';

export interface QueueState {
  /** Changed in place, its rows replaced whole: a row on the screen subscribes to one entry only. */
  byId: Map<string, RequestRow>;
  /** Ids as listed; replaced only when membership or order changes. */
  order: string[];
  /** Came while the list was scrolled: announced by a pill, never pushed under the reader's eyes. */
  arrived: string[];
  view: QueueView;
  sort: QueueSort;
  search: string;
  /** What the server found for `search`, beyond what the window can match by itself. */
  found: ReadonlySet<string>;
  me: string | null;
  atTop: boolean;
  /** The pointer rests on the list or keys move in it: known rows keep their places. */
  busy: boolean;
  loaded: boolean;
  error: unknown;
  unread: number;
}

const initial = (): QueueState => ({
  byId: new Map(),
  order: [],
  arrived: [],
  view: 'open',
  sort: 'recent',
  search: '',
  found: new Set(),
  me: null,
  atTop: true,
  busy: false,
  loaded: false,
  error: null,
  unread: 0,
});

export const useQueue = create<QueueState>(initial);
export const useRow = (id: string) => useQueue((s) => s.byId.get(id));
export const rowOf = (id: string) => useQueue.getState().byId.get(id);
export const forgetQueue = () => useQueue.setState(initial());

type Listing = Pick<QueueState, 'byId' | 'view' | 'sort' | 'search' | 'found' | 'me'>;

const listed = (s: Listing, row: RequestRow) =>
  inView(row, s.view, s.me) && (s.search === '' || s.found.has(row.id) || matchesText(row, s.search));

function rebuilt(s: Listing): Pick<QueueState, 'order' | 'arrived'> {
  const rows: RequestRow[] = [];
  for (const row of s.byId.values()) if (listed(s, row)) rows.push(row);
  return { order: rows.sort(ranking(s.sort)).map((row) => row.id), arrived: [] };
}

const relist = (change: Partial<QueueState>) => useQueue.setState((s) => ({ ...change, ...rebuilt({ ...s, ...change }) }));
export const setView = (view: QueueView) => relist({ view });
export const setSort = (sort: QueueSort) => relist({ sort });
export const setMe = (me: string | null) => relist({ me });
export const setSearch = (text: string) => relist({ search: text.trim().toLowerCase(), found: new Set() });
export const showArrived = () => relist({});
export const setBusy = (busy: boolean) => useQueue.setState({ busy });

export function setAtTop(atTop: boolean) {
  const s = useQueue.getState();
  if (s.atTop === atTop) return;
  if (atTop && s.arrived.length > 0) relist({ atTop });
  else useQueue.setState({ atTop });
}

/** Rows fetched for a search or for the closed ones: folded in, then the list is drawn anew. */
export function addFound(rows: RequestRow[], forSearch: string) {
  const s = useQueue.getState();
  keep(s, rows);
  if (forSearch !== s.search) return;
  relist({ found: new Set([...s.found, ...rows.map((row) => row.id)]) });
}

export function replaceAll(rows: RequestRow[]) {
  const s = useQueue.getState();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) {
    const known = s.byId.get(row.id);
    if (known && known.rev > row.rev) byId.set(row.id, known);
  }
  let unread = 0;
  for (const row of byId.values()) if (row.unread > 0) unread++;
  relist({ byId, unread, loaded: true, error: null });
}
export const replaceFailed = (error: unknown) => useQueue.setState({ error });

/** The same event twice equals once; an older row changes nothing. */
export function applyEvents(events: ScreenEvent[]) {
  applyRows(events.map((event) => event.row));
}

export function applyRows(rows: RequestRow[]) {
  useQueue.setState((s) => {
    const before = new Map(rows.map((row) => [row.id, s.byId.get(row.id)]));
    const unread = s.unread + keep(s, rows);
    const risen: string[] = [];
    for (const [id, old] of before) {
      const row = s.byId.get(id);
      if (!row || row === old) continue;
      const isListed = listed(s, row);
      // A row that no longer belongs here stays, dimmed, until the list is drawn anew: nothing jumps under the cursor.
      if (isListed && !(old && listed(s, old))) risen.push(id);
      else if (isListed && old && s.sort === 'recent' && row.lastContactAt > old.lastContactAt && s.atTop && !s.busy) risen.push(id);
    }
    return { ...placed(s, risen), unread };
  });
}

function keep(s: QueueState, rows: RequestRow[]): number {
  let unread = 0;
  for (const row of rows) {
    const known = s.byId.get(row.id);
    if (known && known.rev >= row.rev) continue;
    s.byId.set(row.id, row);
    unread += Number(row.unread > 0) - Number((known?.unread ?? 0) > 0);
  }
  return unread;
}

function placed(s: QueueState, ids: string[]): Partial<QueueState> {
  if (ids.length === 0) return {};
  const shown = new Set(s.order);
  const moving = new Set(ids);
  if (!s.atTop) {
    const arrived = ids.filter((id) => !shown.has(id) && !s.arrived.includes(id));
    return arrived.length > 0 ? { arrived: [...s.arrived, ...arrived] } : {};
  }
  if (s.sort === 'deadline') return rebuilt(s);
  const movable = s.busy ? ids.filter((id) => !shown.has(id)) : ids;
  if (movable.length === 0) return {};
  const rank = ranking(s.sort);
  const rows = movable.map((id) => s.byId.get(id)).filter((row) => row !== undefined);
  const rest = s.order.filter((id) => !moving.has(id) || !movable.includes(id));
  return { order: [...rows.sort(rank).map((row) => row.id), ...rest] };
}

/** The other open requests of the same person, as far as the window knows. */
export function otherRequestsOf(byId: ReadonlyMap<string, RequestRow>, row: RequestRow): RequestRow[] {
  const { id, phone, email } = row.contact;
  const same: RequestRow[] = [];
  for (const other of byId.values()) {
    if (other.id === row.id || other.status === 'closed') continue;
    const c = other.contact;
    if ((id && c.id === id) || (phone && c.phone === phone) || (email && c.email?.toLowerCase() === email.toLowerCase())) same.push(other);
  }
  return same.sort(ranking('recent')).slice(0, 5);
}
