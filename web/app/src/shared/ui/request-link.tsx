'use client';
import type { ReactNode } from 'react';
import { followInside, requestPath } from '../lib/route';

/** To the request of whoever is shown; Enter in the list beside goes there, too. */
export function RequestLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <>
      <a href={requestPath(id)} onClick={followInside}>
        {children}
      </a>{' '}
      <kbd aria-hidden>Enter</kbd>
    </>
  );
}
