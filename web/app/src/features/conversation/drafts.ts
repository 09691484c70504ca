import { create } from 'zustand';

export type Mode = 'reply' | 'note';

/** In memory only: a clinic's computers are shared, and a draft is medical text. */
const store = create<{ texts: ReadonlyMap<string, string> }>(() => ({ texts: new Map() }));
const key = (requestId: string, mode: Mode) => `${requestId}:${mode}`;

export const useDraft = (requestId: string, mode: Mode) => store((s) => s.texts.get(key(requestId, mode)) ?? '');

export function setDraft(requestId: string, mode: Mode, text: string) {
  const texts = new Map(store.getState().texts);
  if (text) texts.set(key(requestId, mode), text);
  else texts.delete(key(requestId, mode));
  store.setState({ texts });
}

export const forgetDrafts = () => store.setState({ texts: new Map() });
