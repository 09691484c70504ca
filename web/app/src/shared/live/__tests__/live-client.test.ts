import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CatchUp, Presence, RequestRow, ScreenEvent, ScreenEventBatch } from '../../api/types';
import type { Hub } from '../hub';
import { LiveClient, type LiveTarget } from '../live-client';

const event = (seq: number): ScreenEvent => ({
  seq,
  type: 'requestChanged',
  at: '2026-11-22T10:00:00Z',
  row: { id: `r${seq}`, rev: seq } as RequestRow,
});

class FakeHub implements Hub {
  connected = false;
  refusesToStart = false;
  asked: [string | null, number][] = [];
  answers: (CatchUp | 'silence')[] = [];
  epoch = 'e1';
  head = 0;
  push: (batch: ScreenEventBatch) => void = () => {};
  closed: () => void = () => {};

  async start() {
    if (this.refusesToStart) throw new Error('refused');
    this.connected = true;
  }
  async stop() {
    if (!this.connected) return;
    this.connected = false;
    this.closed();
  }
  resume(epoch: string | null, after: number): Promise<CatchUp> {
    this.asked.push([epoch, after]);
    const answer = this.answers.shift() ?? {
      mode: epoch === this.epoch ? 'delta' : 'reset',
      epoch: this.epoch,
      headSeq: this.head,
      events: [],
    };
    return answer === 'silence' ? new Promise(() => {}) : Promise.resolve(answer);
  }
  async calls() {
    return [];
  }
  async viewing() {}
  onBatch(handler: (batch: ScreenEventBatch) => void) {
    this.push = handler;
  }
  onCall() {}
  onSlot() {}
  onList() {}
  onPresence(_: (presence: Presence) => void) {}
  onGoodbye(_: (reason: string) => void) {}
  onClose(handler: () => void) {
    this.closed = handler;
  }
  batch(from: number, to: number) {
    this.head = to;
    this.push({ epoch: this.epoch, fromSeq: from, toSeq: to, events: Array.from({ length: to - from + 1 }, (_, i) => event(from + i)) });
  }
}

let hub: FakeHub;
let applied: number[];
let reloads: number;
let reloadError: Error | null;
let statuses: string[];
let doubts: number;
let client: LiveClient;

beforeEach(() => {
  vi.useFakeTimers();
  hub = new FakeHub();
  applied = [];
  reloads = 0;
  reloadError = null;
  statuses = [];
  doubts = 0;
  const target: LiveTarget = {
    apply: (events) => applied.push(...events.map((each) => each.seq)),
    reload: async () => {
      reloads++;
      if (reloadError) throw reloadError;
    },
    reloadFailed: () => {},
    status: (status) => statuses.push(status),
    caughtUp: () => {},
    presence: () => {},
    slot: () => {},
    list: () => {},
    call: () => {},
    calls: () => {},
    doubt: () => doubts++,
  };
  client = new LiveClient(hub, target, { flushMs: 25, resumeAnswerMs: 4_000, retryMs: [300, 1_000], random: () => 0.5 });
});

afterEach(async () => {
  await client.stop();
  vi.useRealTimers();
});

const begin = async () => {
  client.start();
  await vi.advanceTimersByTimeAsync(60);
};

describe('the first connection', () => {
  test('remembers the head, loads the snapshot, then goes on from the remembered number', async () => {
    hub.head = 41;
    await begin();
    expect(reloads).toBe(1);
    expect(hub.asked).toEqual([
      [null, 0],
      ['e1', 41],
    ]);
    expect(statuses.at(-1)).toBe('live');
  });

  test('a snapshot that failed is tried again by itself', async () => {
    reloadError = new Error('500');
    await begin();
    expect(statuses.at(-1)).not.toBe('live');
    reloadError = null;
    await vi.advanceTimersByTimeAsync(400);
    expect(reloads).toBe(2);
    expect(statuses.at(-1)).toBe('live');
  });

  test('a refused connection is retried, and the session is doubted', async () => {
    hub.refusesToStart = true;
    await begin();
    expect(doubts).toBe(1);
    hub.refusesToStart = false;
    await vi.advanceTimersByTimeAsync(400);
    expect(statuses.at(-1)).toBe('live');
  });
});

describe('pushes', () => {
  test('a lone event is applied at once, a burst together', async () => {
    await begin();
    await vi.advanceTimersByTimeAsync(100);
    hub.batch(1, 1);
    expect(applied).toEqual([1]);
    hub.batch(2, 2);
    hub.batch(3, 4);
    expect(applied).toEqual([1]);
    await vi.advanceTimersByTimeAsync(25);
    expect(applied).toEqual([1, 2, 3, 4]);
  });

  test('what was told before is dropped', async () => {
    await begin();
    await vi.advanceTimersByTimeAsync(100);
    hub.batch(1, 2);
    hub.batch(2, 3);
    await vi.advanceTimersByTimeAsync(25);
    expect(applied).toEqual([1, 2, 3]);
  });

  test('a gap ends in a catch-up from the last number known', async () => {
    await begin();
    hub.batch(1, 1);
    await vi.advanceTimersByTimeAsync(60);
    hub.asked = [];
    hub.answers = [{ mode: 'delta', epoch: 'e1', headSeq: 4, events: [event(2), event(3), event(4)] }];
    hub.batch(4, 4);
    await vi.advanceTimersByTimeAsync(30);
    expect(hub.asked[0]).toEqual(['e1', 1]);
    expect(applied).toEqual([1, 2, 3, 4]);
  });

  test('a catch-up cut to a page is followed to its end', async () => {
    await begin();
    hub.asked = [];
    hub.answers = [
      { mode: 'delta', epoch: 'e1', headSeq: 4, events: [event(1), event(2)] },
      { mode: 'delta', epoch: 'e1', headSeq: 4, events: [event(3), event(4)] },
    ];
    client.wake();
    await vi.advanceTimersByTimeAsync(30);
    expect(hub.asked.map(([, after]) => after)).toEqual([0, 2]);
    expect(applied).toEqual([1, 2, 3, 4]);
  });

  test('another epoch reloads everything', async () => {
    await begin();
    hub.epoch = 'e2';
    hub.batch(1, 1);
    await vi.advanceTimersByTimeAsync(30);
    expect(reloads).toBe(2);
    expect(hub.asked.at(-1)).toEqual(['e2', 1]);
  });
});

describe('a lost connection', () => {
  test('comes back by itself and catches up without a reload', async () => {
    await begin();
    hub.batch(1, 1);
    await hub.stop();
    expect(statuses.at(-1)).toBe('reconnecting');
    hub.answers = [{ mode: 'delta', epoch: 'e1', headSeq: 3, events: [event(2), event(3)] }];
    await vi.advanceTimersByTimeAsync(100);
    expect(applied).toEqual([1, 2, 3]);
    expect(reloads).toBe(1);
    expect(statuses.at(-1)).toBe('live');
  });

  test('a socket that does not answer a catch-up is given up', async () => {
    await begin();
    hub.answers = ['silence'];
    client.wake();
    await vi.advanceTimersByTimeAsync(4_400);
    expect(statuses).toContain('reconnecting');
    expect(statuses.at(-1)).toBe('live');
  });
});
