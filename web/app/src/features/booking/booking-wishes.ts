import { create } from 'zustand';
import { chosenOf, release } from './chosen-slots';

/** A booking that was begun elsewhere: about whom it is, and who wants to know that it is done. */
export interface BookingWish {
  patient: { id: string; name: string };
  /** The visit that is to move. Null: a new one. */
  moving: string | null;
  done: () => void;
}

const store = create<{ byRequest: ReadonlyMap<string, BookingWish> }>(() => ({ byRequest: new Map() }));

export const useBookingWish = (requestId: string) => store((s) => s.byRequest.get(requestId) ?? null);

export function wishBooking(requestId: string, wish: BookingWish) {
  const known = store.getState().byRequest.get(requestId);
  // What is held there for something else would be booked for this.
  const held = chosenOf(requestId);
  if (held && (known?.patient.id !== wish.patient.id || known.moving !== wish.moving)) release(requestId, held);
  store.setState((s) => ({ byRequest: new Map(s.byRequest).set(requestId, wish) }));
}

export function endWish(requestId: string) {
  store.setState((s) => {
    const byRequest = new Map(s.byRequest);
    byRequest.delete(requestId);
    return { byRequest };
  });
}

export const forgetWishes = () => store.setState({ byRequest: new Map() });
