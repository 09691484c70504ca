import { create } from 'zustand';
import { myself, useSession } from '@/entities/session/store';
import { addNote, noteRequest, sendMessage, uploadAttachment } from '@/shared/api/endpoints';
import { ApiError, NoAnswer } from '@/shared/api/http';
import type { RequestRow, TimelineItem } from '@/shared/api/types';
import { knownAs } from '@/shared/lib/known-as';
import { uuidv7 } from '@/shared/lib/uuid';
import type { Mode } from './drafts';

/**
 * sending → accepted, refused, or repeating when nobody answered.
 * repeating → goes again by itself, until it is accepted, refused, or too old: stuck.
 * stuck, refused, repeating → resending by hand, and from there as from sending.
 */
type State = 'sending' | 'repeating' | 'resending' | 'stuck' | 'refused' | 'accepted';

/** What was sent from here and has not been seen in the timeline yet. */
export interface Outgoing {
  messageId: string;
  requestId: string;
  conversationId: string;
  /** Whoever wrote it: under nobody else's name does it leave. */
  author: string;
  /** How the contact was called then; the row may be gone from the window before the answer is. */
  contact: string;
  mode: Mode;
  text: string;
  /** `blobId` once the server keeps it: a repeat need not hand it over again. */
  files: readonly { file: File; blobId?: string }[];
  at: string;
  /** When somebody last wanted it sent (ms). */
  wantedAt: number;
  state: State;
  refusal: string | null;
}

/** An answer that is older may be out of date: a colleague has answered, or the patient has called. */
const REPEATED_FOR_MS = 10 * 60_000;
const NO_CONVERSATION = '00000000-0000-0000-0000-000000000000';

const store = create<{ items: readonly Outgoing[] }>(() => ({ items: [] }));
const none: readonly Outgoing[] = [];
/** By line: what the server has been given and has not answered for. */
const underWay = new Map<string, string>();

const change = (messageId: string, to: Partial<Outgoing>) =>
  store.setState((s) => ({ items: s.items.map((item) => (item.messageId === messageId ? { ...item, ...to } : item)) }));

/** It was to leave and has not: in sight until it has. */
export const isUnsent = ({ state }: Outgoing) => state !== 'sending' && state !== 'accepted';
export const useOutbox = () => store((s) => s.items);
export const outgoingOf = (items: readonly Outgoing[], requestId: string) => {
  const own = items.filter((item) => item.requestId === requestId);
  return own.length > 0 ? own : none;
};
/** Would be lost with the tab, or with the person at it. */
export const useNotAccepted = () => store((s) => s.items.filter(({ state }) => state !== 'accepted').length);
export const forgetOutbox = () => store.setState({ items: [] });

/** Within a line one waits for the other: a patient reads answers in the order they were written. */
const lineOf = ({ mode, conversationId, requestId }: Outgoing) =>
  `${mode} ${conversationId === NO_CONVERSATION ? requestId : conversationId}`;
const firstOf = (line: string) =>
  store.getState().items.find((item) => lineOf(item) === line && item.state !== 'accepted' && item.state !== 'refused');

/** An earlier one has to leave first, and cannot. */
export const useIsHeldBack = (item: Outgoing) =>
  store(() => {
    const first = firstOf(lineOf(item));
    const isToGo = item.state === 'sending' || item.state === 'resending';
    return isToGo && first !== undefined && first.messageId !== item.messageId && isUnsent(first);
  });

/** `conversationId`: of a request that has several. */
export function send(
  row: RequestRow,
  mode: Mode,
  text: string,
  files: readonly File[] = [],
  conversationId: string = row.conversationId,
): Promise<void> {
  const now = new Date();
  const item: Outgoing = {
    messageId: uuidv7(),
    requestId: row.id,
    conversationId,
    author: myself()?.id ?? '',
    contact: knownAs(row),
    mode,
    text,
    files: files.map((file) => ({ file })),
    at: now.toISOString(),
    wantedAt: now.getTime(),
    state: 'sending',
    refusal: null,
  };
  store.setState((s) => ({ items: [...s.items, item] }));
  return postNext('sending', 'resending');
}

/** By hand. The same id again: if an earlier attempt did arrive, nothing is sent twice. */
export function sendAgain(messageId: string): Promise<void> {
  change(messageId, { state: 'resending', refusal: null, wantedAt: Date.now() });
  return postNext('sending', 'resending');
}

/** By itself, every few seconds. */
export const repeatUnanswered = () => postNext('sending', 'resending', 'repeating');

/** What nobody answered for too long waits for a hand. */
export function giveUpOld() {
  const isOld = (item: Outgoing) =>
    !['stuck', 'refused', 'accepted'].includes(item.state) &&
    underWay.get(lineOf(item)) !== item.messageId &&
    Date.now() - item.wantedAt > REPEATED_FOR_MS;
  if (store.getState().items.some(isOld))
    store.setState((s) => ({ items: s.items.map((item) => (isOld(item) ? { ...item, state: 'stuck' as const } : item)) }));
}

/** It may still arrive when it is under way at this moment. */
export function takeBack(messageId: string): Promise<void> {
  store.setState((s) => ({ items: s.items.filter((item) => item.messageId !== messageId) }));
  return postNext('sending', 'resending');
}

/** Confirmed by the timeline, which knows them by the same id. */
export function settle(items: readonly TimelineItem[]) {
  const known = new Set(items.map((item) => item.id));
  const open = store.getState().items;
  if (!open.some((item) => known.has(item.messageId))) return;
  store.setState({ items: open.filter((item) => !known.has(item.messageId)) });
  void postNext('sending', 'resending');
}

/** The one place that decides what is posted: of each line the first that is to go, and only while its author sits here. */
async function postNext(...states: readonly State[]): Promise<void> {
  giveUpOld();
  const posts: Promise<void>[] = [];
  for (const line of new Set(store.getState().items.map(lineOf))) {
    const item = firstOf(line);
    if (item && states.includes(item.state) && !underWay.has(line) && isWanted(item)) posts.push(post(item));
  }
  await Promise.all(posts);
}

/** Not taken back meanwhile, and its author still the one who is signed in. */
function isWanted({ messageId, author }: Outgoing) {
  const { status, user } = useSession.getState();
  return status === 'signedIn' && user?.id === author && store.getState().items.some((item) => item.messageId === messageId);
}

async function post(item: Outgoing): Promise<void> {
  const line = lineOf(item);
  underWay.set(line, item.messageId);
  const result = await attempt(item);
  underWay.delete(line);
  change(item.messageId, result);
  await postNext('sending', 'resending');
}

async function attempt(item: Outgoing): Promise<Partial<Outgoing>> {
  const { messageId, requestId, conversationId, mode, text } = item;
  try {
    if (mode === 'note' && conversationId === NO_CONVERSATION) await noteRequest(requestId, messageId, text);
    else if (mode === 'note') await addNote(conversationId, messageId, text);
    else await sendMessage(conversationId, messageId, text, await handOver(item));
    return { state: 'accepted' };
  } catch (error) {
    const answered = error instanceof ApiError && error.status < 500 && error.status !== 401;
    return answered ? { state: 'refused', refusal: error.title } : { state: 'repeating' };
  }
}

/** One after another: what was taken before the line broke is not handed over again. It takes long, and much may have changed by its end. */
async function handOver(item: Outgoing): Promise<string[]> {
  const taken = [...item.files];
  for (const [index, { file, blobId }] of item.files.entries()) {
    if (blobId) continue;
    taken[index] = { file, blobId: (await uploadAttachment(item.conversationId, file)).blobId };
    change(item.messageId, { files: [...taken] });
    if (!isWanted(item)) throw new NoAnswer();
  }
  return taken.flatMap(({ blobId }) => blobId ?? []);
}
