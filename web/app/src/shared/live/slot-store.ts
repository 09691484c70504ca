import { create } from 'zustand';
import type { SlotChanged, SlotRow } from '../api/types';

interface Told extends SlotChanged {
  receivedAt: number;
}

const store = create<{ byId: ReadonlyMap<string, Told> }>(() => ({ byId: new Map() }));

/** Somebody holds a slot or let it go; an older word changes nothing. */
export function applySlot(change: SlotChanged, receivedAt: number = Date.now()) {
  store.setState((s) => {
    const known = s.byId.get(change.slotId);
    if (known && known.at >= change.at) return s;
    const byId = new Map(s.byId).set(change.slotId, { ...change, receivedAt });
    // What is over interests nobody; a long day must not fill the memory.
    for (const [id, told] of byId) if (Date.parse(told.end) < receivedAt) byId.delete(id);
    return { byId };
  });
}

export const forgetSlots = () => store.setState({ byId: new Map() });

export interface SlotState {
  heldBy: SlotRow['heldBy'];
  booked: boolean;
}

/** What is known of a slot now: what was told since the list was asked for, or else what the list says. */
export function stateOf(slot: SlotRow, askedAt: number, told: ReadonlyMap<string, Told>): SlotState {
  let newest: Told | undefined;
  for (const each of told.values()) {
    const sameTime =
      each.slotId === slot.id || (each.practitionerId === slot.practitioner.id && each.start < slot.end && slot.start < each.end);
    if (sameTime && each.receivedAt >= askedAt && (!newest || each.at > newest.at)) newest = each;
  }
  return newest ? { heldBy: newest.heldBy ?? null, booked: newest.booked } : { heldBy: slot.heldBy ?? null, booked: false };
}

export const useSlotChanges = () => store((s) => s.byId);
