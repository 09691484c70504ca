import type { Query } from '@tanstack/react-query';
import { isPassing } from './http';

/** Asked again at once, and so many times at most, where another answer may come. */
export const whilePassing = (most: number) => (failures: number, error: Error) => failures < most && isPassing(error);

const ASK_AGAIN_MS = 5_000;

/**
 * What could not be read for want of an answer is read again by itself, until it can: after a restart the rooms come back one
 * after another, and the one word of the feed that everything may be old has been spent by then.
 */
export const untilAnswered = (query: Pick<Query, 'state'>): number | false =>
  query.state.status === 'error' && isPassing(query.state.error) ? ASK_AGAIN_MS : false;
