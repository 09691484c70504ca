import { create } from 'zustand';
import { releaseHold } from '@/shared/api/endpoints';
import type { Appointment, SlotHold, SlotRow } from '@/shared/api/types';
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
  /** The visit that is to move there, as it was then: a move stays one, whatever can be read later. Null: a new one. */
  moving: Appointment | null;
  /** How it was found: who lets it go looks on from there. */
  search: Search;
}

const store = create<{ byRequest: ReadonlyMap<string, Chosen> }>(() => ({ byRequest: new Map() }));

/** Outlives a look at another request: the slot is still held there. */
export const useChosen = (requestId: string) => store((s) => s.byRequest.get(requestId) ?? null);

export const chosenOf = (requestId: string) => store.getState().byRequest.get(requestId);

export function choose(requestId: string, slot: SlotRow, hold: SlotHold, moving: Appointment | null, search: Search) {
  store.setState((s) => ({ byRequest: new Map(s.byRequest).set(requestId, { slot, hold, moving, search, idempotencyKey: uuidv7() }) }));
}

/** It is not held any more; what was chosen instead meanwhile stays. */
export function letGo(requestId: string, chosen: Chosen) {
  store.setState((s) => {
    if (s.byRequest.get(requestId) !== chosen) return s;
    const byRequest = new Map(s.byRequest);
    byRequest.delete(requestId);
    return { byRequest };
  });
}

/** Given back before its time. */
export function release(requestId: string, chosen: Chosen) {
  releaseHold(chosen.hold.id).catch(() => {}); // time ends it as well
  letGo(requestId, chosen);
}

export const forgetChosen = () => store.setState({ byRequest: new Map() });
