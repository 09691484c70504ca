import { usePathname } from 'next/navigation';
import type { MouseEvent } from 'react';

export const inboxPath = '/';
export const quarantinePath = '/quarantine';
export const callListPath = '/calls';
export const waitingListPath = '/waiting';
export const channelsPath = '/channels';
export const misPath = '/mis';
export const signInPath = '/sign-in';
export const requestPath = (requestId: string) => `/requests/${encodeURIComponent(requestId)}`;

/** Next keeps `usePathname` in step with the native history, so moving between screens never fetches a page. */
export function goTo(path: string, how: 'push' | 'replace' = 'push') {
  if (window.location.pathname === path) return;
  window.history[how === 'push' ? 'pushState' : 'replaceState'](null, '', path);
}

export const usePath = () => usePathname() ?? inboxPath;

export function requestIdOf(path: string): string | null {
  const id = /^\/requests\/([^/]+)\/?$/.exec(path)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}
export const useRequestId = () => requestIdOf(usePath());

/** For `<a href>`: a plain click moves inside the window, a click with a modifier keeps the browser's meaning. */
export function followInside(event: MouseEvent<HTMLAnchorElement>) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(new URL(event.currentTarget.href).pathname);
}
