import { create } from 'zustand';
import type { ScreenCall } from '../api/types';

const store = create<{ calls: readonly ScreenCall[]; revs: ReadonlyMap<string, number> }>(() => ({ calls: [], revs: new Map() }));

/** The same card twice equals once; an older card changes nothing, also after the call is gone. */
export function applyCall(call: ScreenCall) {
  store.setState((s) => {
    if ((s.revs.get(call.callId) ?? 0) >= call.rev) return s;
    const others = s.calls.filter((each) => each.callId !== call.callId);
    return { revs: new Map(s.revs).set(call.callId, call.rev), calls: call.state === 'gone' ? others : [...others, call] };
  });
}

/** What the server says there is, after a time without it. */
export function replaceCalls(calls: ScreenCall[]) {
  store.setState((s) => {
    const revs = new Map(s.revs);
    const known = new Map(s.calls.map((each) => [each.callId, each]));
    const now = calls.map((call) => {
      const kept = known.get(call.callId);
      return kept && kept.rev > call.rev ? kept : call;
    });
    for (const call of now) revs.set(call.callId, call.rev);
    return { revs, calls: now };
  });
}

export const forgetCalls = () => store.setState({ calls: [], revs: new Map() });
export const useCalls = () => store((s) => s.calls);
