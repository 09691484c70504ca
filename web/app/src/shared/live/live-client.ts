import type { CatchUp, Presence, ScreenCall, ScreenEvent, ScreenEventBatch, SlotChanged, WorkListChanged } from '../api/types';
import type { Hub } from './hub';

export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'resyncing';

/** Who keeps what the feed brings. */
export interface LiveTarget {
  apply(events: ScreenEvent[], receivedAtMs: number): void;
  /** Fetch everything anew. The cursor was taken before, so whatever changes meanwhile comes again; older rows are ignored by their `rev`. */
  reload(): Promise<void>;
  reloadFailed(error: unknown): void;
  status(status: LiveStatus, staleSince: number | null): void;
  /** A resume ended: what the feed does not carry (timelines, details) may be old too. */
  caughtUp(): void;
  presence(presence: Presence): void;
  /** Somebody holds a slot, or let it go. What was missed comes with the slots themselves. */
  slot(change: SlotChanged): void;
  /** A list of people to turn to has changed. */
  list(change: WorkListChanged): void;
  call(call: ScreenCall): void;
  /** All calls there are: what is not among them is over. */
  calls(calls: ScreenCall[]): void;
  /** The hub refused or said goodbye: perhaps the session is over. */
  doubt(): void;
}

export interface LiveTimes {
  flushMs: number;
  resumeAnswerMs: number;
  retryMs: readonly number[];
  random: () => number;
}

const TIMES: LiveTimes = { flushMs: 16, resumeAnswerMs: 4_000, retryMs: [300, 1_000, 2_000, 4_000, 8_000], random: Math.random };
/** One frame. The hub already gathers what happens together, so a wait here would only be added to its own. */
const LEADING_EDGE_MS = 16;

interface Cursor {
  epoch: string | null;
  seq: number;
}

/**
 * One per tab. The truth is the cursor (epoch, seq); a push is only a hint that the feed grew.
 * A push that does not continue the cursor, a new connection, a woken tab: all end in the same `resume`.
 */
export class LiveClient {
  private cursor: Cursor = { epoch: null, seq: 0 };
  private pending: ScreenEvent[] = [];
  private pendingSince = 0;
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private lastApplied = 0;
  private resuming = false;
  private dirty = false;
  private staleSince: number | null = null;
  private running = false;
  private failures = 0;
  private wakeUp: (() => void) | null = null;
  private viewed: { requestId: string | null; typing: boolean } = { requestId: null, typing: false };

  constructor(
    private readonly hub: Hub,
    private readonly target: LiveTarget,
    private readonly times: LiveTimes = TIMES,
  ) {
    hub.onBatch((batch) => this.receive(batch));
    hub.onCall((call) => target.call(call));
    hub.onSlot((change) => target.slot(change));
    hub.onList((change) => target.list(change));
    hub.onPresence((presence) => target.presence(presence));
    hub.onGoodbye(() => target.doubt());
    hub.onClose(() => {
      this.lost();
      setTimeout(() => void this.connect(), 50); // SignalR hangs for 15 s when started inside its own onclose
    });
  }

  start() {
    if (this.running) return;
    this.running = true;
    window.addEventListener('online', this.wake);
    window.addEventListener('offline', this.lost);
    document.addEventListener('visibilitychange', this.wake);
    void this.connect();
  }

  async stop() {
    this.running = false;
    window.removeEventListener('online', this.wake);
    window.removeEventListener('offline', this.lost);
    document.removeEventListener('visibilitychange', this.wake);
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    this.pending = [];
    this.cursor = { epoch: null, seq: 0 };
    this.staleSince = null;
    this.wakeUp?.();
    await this.hub.stop();
  }

  /** The tab woke, the network is back, or somebody pressed "retry": try at once, or prove that a quiet socket still lives. */
  readonly wake = () => {
    if (!this.running || document.hidden) return;
    if (this.hub.connected) void this.resume();
    this.wakeUp?.();
  };

  viewing(requestId: string | null, typing: boolean) {
    this.viewed = { requestId, typing };
    if (this.hub.connected) this.hub.viewing(requestId, typing).catch(() => {});
  }

  private readonly lost = () => {
    if (!this.running) return;
    this.staleSince ??= Date.now();
    this.target.status('reconnecting', this.staleSince);
  };

  private async connect() {
    while (this.running && !this.hub.connected) {
      this.target.status(this.staleSince ? 'reconnecting' : 'connecting', this.staleSince);
      try {
        await this.hub.start();
      } catch {
        this.lost();
        this.target.doubt();
        await this.pause();
        continue;
      }
      if (!this.running) return void this.hub.stop();
      if (this.viewed.requestId) this.hub.viewing(this.viewed.requestId, this.viewed.typing).catch(() => {});
      await this.resume();
    }
  }

  private async pause() {
    const base = this.times.retryMs[Math.min(this.failures++, this.times.retryMs.length - 1)] ?? 0;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, base * (0.5 + this.times.random()));
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = null;
  }

  private receive(batch: ScreenEventBatch) {
    if (this.resuming) {
      this.dirty = true; // the catch-up, or one more of them, will contain it
      return;
    }
    if (batch.epoch !== this.cursor.epoch || batch.fromSeq > this.cursor.seq + 1) {
      void this.resume();
      return;
    }
    const fresh = batch.events.filter((event) => event.seq > this.cursor.seq);
    this.cursor.seq = Math.max(this.cursor.seq, batch.toSeq);
    if (fresh.length === 0) return;
    if (this.pending.length === 0) this.pendingSince = Date.now();
    this.pending.push(...fresh);
    // Alone: at once. In a burst: together, so that the screen is redrawn once. Not requestAnimationFrame: it sleeps in hidden tabs.
    if (this.flushTimer === undefined && Date.now() - this.lastApplied > LEADING_EDGE_MS) this.flush();
    else this.flushTimer ??= setTimeout(() => this.flush(), this.times.flushMs);
  }

  private flush() {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    if (this.pending.length === 0) return;
    const events = this.pending;
    this.pending = [];
    this.lastApplied = Date.now();
    this.target.apply(events, this.pendingSince);
  }

  private async resume() {
    if (this.resuming) {
      this.dirty = true;
      return;
    }
    this.resuming = true;
    this.flush();
    try {
      do {
        this.dirty = false;
        if (this.staleSince) this.target.status('resyncing', this.staleSince);
        const answer = await this.askResume();
        if (answer.mode === 'reset') await this.reset(answer);
        else this.fold(answer);
      } while (this.dirty && this.running);
      if (!this.running) return;
      this.failures = 0;
      this.staleSince = null;
      this.target.status('live', null);
      this.target.caughtUp();
      this.hub.calls().then(
        (calls) => this.target.calls(calls),
        () => {},
      );
    } catch {
      void this.retryLater();
    } finally {
      this.resuming = false;
    }
  }

  private async reset(answer: CatchUp) {
    try {
      await this.target.reload();
    } catch (error) {
      this.target.reloadFailed(error);
      throw error;
    }
    this.cursor = { epoch: answer.epoch, seq: answer.headSeq };
    this.dirty = true;
  }

  private fold(answer: CatchUp) {
    const fresh = answer.events.filter((event) => event.seq > this.cursor.seq);
    const last = fresh.at(-1)?.seq;
    if (fresh.length > 0) this.target.apply(fresh, Date.now());
    // A catch-up may be cut to a page: go on from the last event seen, and trust the head only when nothing is left.
    if (last !== undefined && last < answer.headSeq) this.dirty = true;
    this.cursor = { epoch: answer.epoch, seq: last ?? Math.max(this.cursor.seq, answer.headSeq) };
  }

  /** A half-open socket answers nothing for minutes: no answer in time means no connection. */
  private askResume(): Promise<CatchUp> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('resume was not answered'));
        void this.hub.stop(); // its onClose starts the loop again
      }, this.times.resumeAnswerMs);
      this.hub
        .resume(this.cursor.epoch, this.cursor.seq)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }

  private async retryLater() {
    await this.pause();
    if (this.running && this.hub.connected) await this.resume();
  }
}
