import { create } from 'zustand';
import type { Presence } from '../api/types';

export interface Onlooker {
  id: string;
  name: string;
  typing: boolean;
  at: number;
}

/** Nobody says "left" when a laptop lid closes. */
const FORGET_TYPING_MS = 8_000;
const FORGET_VIEWING_MS = 120_000;

const store = create<{ byRequest: ReadonlyMap<string, readonly Onlooker[]> }>(() => ({ byRequest: new Map() }));

export function applyPresence({ requestId, agent, state }: Presence, at: number = Date.now()) {
  const byRequest = new Map(store.getState().byRequest);
  const others = (byRequest.get(requestId) ?? []).filter((each) => each.id !== agent.id);
  if (state !== 'left') others.push({ id: agent.id, name: agent.name, typing: state === 'typing', at });
  if (others.length > 0) byRequest.set(requestId, others);
  else byRequest.delete(requestId);
  store.setState({ byRequest });
}

const nobody: readonly Onlooker[] = [];
export const useOnlookers = (requestId: string) => store((s) => s.byRequest.get(requestId) ?? nobody);

export const isHere = (onlooker: Onlooker, now: number) => now - onlooker.at < FORGET_VIEWING_MS;
export const isTyping = (onlooker: Onlooker, now: number) => onlooker.typing && now - onlooker.at < FORGET_TYPING_MS;
