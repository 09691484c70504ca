import { expect, it } from 'vitest';
import { storeOf } from '../store';

it('keeps in memory what a blocked storage refuses', () => {
  const store = storeOf(() => {
    throw new DOMException('denied', 'SecurityError');
  }, 'p.');
  store.set('token', 'a');
  expect(store.get('token')).toBe('a');
  store.set('token', null);
  expect(store.get('token')).toBeNull();
});

it('keeps in memory what a full storage refuses', () => {
  let full = false;
  const storage = {
    getItem: () => null,
    setItem: () => {
      if (full) throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => undefined,
  } as unknown as Storage;
  const store = storeOf(() => storage, 'p.');
  full = true;
  store.set('token', 'a');
  expect(store.get('token')).toBe('a');
});

it('keeps chats of one site apart', () => {
  localStorage.clear();
  storeOf(() => localStorage, 'a.').set('token', '1');
  expect(storeOf(() => localStorage, 'b.').get('token')).toBeNull();
  expect(storeOf(() => localStorage, 'a.').get('token')).toBe('1');
});
