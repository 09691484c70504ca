import { create } from 'zustand';
import type { SlotHold, SlotRow } from '@/shared/api/types';
import { uuidv7 } from '@/shared/lib/uuid';
import type { SlotFilter } from './use-slots';

/** What is looked for: words, and what is chosen from the lists. */
export interface Search {
  words: string;
  filter: SlotFilter;
}

/** A slot that is held while somebody makes up their mind. */
export interface Chosen {
  slot: SlotRow;
  hold: SlotHold;
  /** Of the booking or move that may follow; a repeat after no answer carries the same. */
  idempotencyKey: string;
  /** The visit that is to move there. Null: a new one. */
  moving: string | null;
  /** How it was found: who lets it go looks on from there. */
  search: Search;
}

const store = create<{ byRequest: ReadonlyMap<string, Chosen> }>(() => ({ byRequest: new Map() }));

/** Outlives a look at another request: the slot is still held there. */
export const useChosen = (requestId: string) => store((s) => s.byRequest.get(requestId) ?? null);

export function choose(requestId: string, slot: SlotRow, hold: SlotHold, moving: string | null, search: Search) {
  store.setState((s) => ({ byRequest: new Map(s.byRequest).set(requestId, { slot, hold, moving, search, idempotencyKey: uuidv7() }) }));
}

export function letGo(requestId: string) {
  store.setState((s) => {
    const byRequest = new Map(s.byRequest);
    byRequest.delete(requestId);
    return { byRequest };
  });
}

export const forgetChosen = () => store.setState({ byRequest: new Map() });
