import { create } from 'zustand';

export interface Toast {
  id: number;
  kind: 'done' | 'trouble';
  text: string;
}

let lastId = 0;
export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));
export const dismissToast = (id: number) => useToasts.setState((s) => ({ toasts: s.toasts.filter((toast) => toast.id !== id) }));

const SHOWN_MS = { done: 4_000, trouble: 9_000 };

export function toast(kind: Toast['kind'], text: string) {
  const id = ++lastId;
  useToasts.setState((s) => ({ toasts: [...s.toasts.slice(-2), { id, kind, text }] }));
  setTimeout(() => dismissToast(id), SHOWN_MS[kind]);
}
