import type { CatchUp, Presence, ScreenCall, ScreenEventBatch, SlotChanged, WorkListChanged } from '../api/types';

/** What the live client needs of a connection; SignalR in the window, a fake in the tests. */
export interface Hub {
  readonly connected: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  resume(epoch: string | null, after: number): Promise<CatchUp>;
  /** Calls at this agent's telephone now. */
  calls(): Promise<ScreenCall[]>;
  viewing(requestId: string | null, typing: boolean): Promise<void>;
  onBatch(handler: (batch: ScreenEventBatch) => void): void;
  onCall(handler: (call: ScreenCall) => void): void;
  onSlot(handler: (change: SlotChanged) => void): void;
  onList(handler: (change: WorkListChanged) => void): void;
  onPresence(handler: (presence: Presence) => void): void;
  onGoodbye(handler: (reason: string) => void): void;
  onClose(handler: () => void): void;
}
