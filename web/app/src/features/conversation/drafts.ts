import { create } from 'zustand';

export type Mode = 'reply' | 'note';

/** In memory only: a clinic's computers are shared, and a draft is medical text. */
const store = create<{ texts: ReadonlyMap<string, string>; files: ReadonlyMap<string, readonly File[]> }>(() => ({
  texts: new Map(),
  files: new Map(),
}));
const noFiles: readonly File[] = [];
const key = (requestId: string, mode: Mode) => `${requestId}:${mode}`;

export const useDraft = (requestId: string, mode: Mode) => store((s) => s.texts.get(key(requestId, mode)) ?? '');

export function setDraft(requestId: string, mode: Mode, text: string) {
  const texts = new Map(store.getState().texts);
  if (text) texts.set(key(requestId, mode), text);
  else texts.delete(key(requestId, mode));
  store.setState({ texts });
}

/** Files wait for a reply only; colleagues need no copies. */
export const useDraftFiles = (requestId: string) => store((s) => s.files.get(requestId) ?? noFiles);

export function setDraftFiles(requestId: string, chosen: readonly File[]) {
  const files = new Map(store.getState().files);
  if (chosen.length > 0) files.set(requestId, chosen);
  else files.delete(requestId);
  store.setState({ files });
}

/** Before whatever has been written there since: nothing of either is lost. */
export function returnToDraft(requestId: string, mode: Mode, text: string, files: readonly File[]) {
  const { texts, files: chosen } = store.getState();
  setDraft(requestId, mode, [text, texts.get(key(requestId, mode))].filter(Boolean).join('\n\n'));
  if (files.length > 0) setDraftFiles(requestId, [...files, ...(chosen.get(requestId) ?? noFiles)]);
}

export const forgetDrafts = () => store.setState({ texts: new Map(), files: new Map() });
