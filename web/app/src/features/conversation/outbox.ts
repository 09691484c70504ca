import { create } from 'zustand';
import { addNote, noteRequest, sendMessage, uploadAttachment } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { TimelineItem } from '@/shared/api/types';
import { uuidv7 } from '@/shared/lib/uuid';
import type { Mode } from './drafts';

/** What was sent from here and has not been seen in the timeline yet. */
export interface Outgoing {
  messageId: string;
  requestId: string;
  conversationId: string;
  mode: Mode;
  text: string;
  /** `blobId` once the server keeps it: a repeat need not hand it over again. */
  files: readonly { file: File; blobId?: string }[];
  at: string;
  state: 'sending' | 'accepted' | 'unanswered' | 'refused';
  refusal: string | null;
}

const store = create<{ items: readonly Outgoing[] }>(() => ({ items: [] }));
const none: readonly Outgoing[] = [];

const change = (messageId: string, to: Partial<Outgoing>) =>
  store.setState((s) => ({ items: s.items.map((item) => (item.messageId === messageId ? { ...item, ...to } : item)) }));

export const isStuck = ({ state }: Outgoing) => state === 'unanswered' || state === 'refused';
export const useOutbox = () => store((s) => s.items);
export const outgoingOf = (items: readonly Outgoing[], requestId: string) => {
  const own = items.filter((item) => item.requestId === requestId);
  return own.length > 0 ? own : none;
};
export const takeBack = (messageId: string) => store.setState((s) => ({ items: s.items.filter((item) => item.messageId !== messageId) }));
export const forgetOutbox = () => store.setState({ items: [] });

export function send(requestId: string, conversationId: string, mode: Mode, text: string, files: readonly File[] = []): Promise<void> {
  const item: Outgoing = {
    messageId: uuidv7(),
    requestId,
    conversationId,
    mode,
    text,
    files: files.map((file) => ({ file })),
    at: new Date().toISOString(),
    state: 'sending',
    refusal: null,
  };
  store.setState((s) => ({ items: [...s.items, item] }));
  return post(item);
}

/** The same id again: if the first attempt did arrive, nothing is sent twice. */
export function sendAgain(messageId: string): Promise<void> {
  const item = store.getState().items.find((each) => each.messageId === messageId);
  return item && isStuck(item) ? post(item) : Promise.resolve();
}

export function sendUnansweredAgain() {
  for (const item of store.getState().items) if (item.state === 'unanswered') void post(item);
}

/** Confirmed by the timeline, which knows them by the same id. */
export function settle(items: readonly TimelineItem[]) {
  const known = new Set(items.map((item) => item.id));
  const open = store.getState().items;
  if (open.some((item) => known.has(item.messageId))) store.setState({ items: open.filter((item) => !known.has(item.messageId)) });
}

const NO_CONVERSATION = '00000000-0000-0000-0000-000000000000';

async function post({ messageId, requestId, conversationId, mode, text, files }: Outgoing) {
  change(messageId, { state: 'sending', refusal: null });
  try {
    if (mode === 'note' && conversationId === NO_CONVERSATION) await noteRequest(requestId, messageId, text);
    else if (mode === 'note') await addNote(conversationId, messageId, text);
    else await sendMessage(conversationId, messageId, text, await handOver(messageId, conversationId, files));
    change(messageId, { state: 'accepted' });
  } catch (error) {
    const answered = error instanceof ApiError && error.status < 500 && error.status !== 401;
    change(messageId, answered ? { state: 'refused', refusal: error.title } : { state: 'unanswered' });
  }
}

/** One after another: what was taken before the line broke is not handed over again. */
async function handOver(messageId: string, conversationId: string, files: Outgoing['files']): Promise<string[]> {
  const taken = [...files];
  for (const [index, { file, blobId }] of files.entries()) {
    if (blobId) continue;
    taken[index] = { file, blobId: (await uploadAttachment(conversationId, file)).blobId };
    change(messageId, { files: [...taken] });
  }
  return taken.flatMap(({ blobId }) => blobId ?? []);
}
