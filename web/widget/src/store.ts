/** Browser storage that may be blocked (private windows, third-party frames): then memory takes its place and a reload begins anew. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export function storeOf(open: () => Storage, prefix: string): Store {
  const memory = new Map<string, string>();
  let storage: Storage | undefined;
  try {
    storage = open();
    storage.setItem(`${prefix}probe`, '1');
    storage.removeItem(`${prefix}probe`);
  } catch {
    storage = undefined;
  }
  return {
    get: (key) => memory.get(key) ?? storage?.getItem(prefix + key) ?? null,
    set: (key, value) => {
      if (value === null) memory.delete(key);
      else if (!storage) memory.set(key, value);
      try {
        if (value === null) storage?.removeItem(prefix + key);
        else storage?.setItem(prefix + key, value);
      } catch {
        if (value !== null) memory.set(key, value); // full
      }
    },
  };
}
