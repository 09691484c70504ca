import { create } from 'zustand';
import type { LiveStatus } from './live-client';

interface ConnectionState {
  status: LiveStatus;
  /** Since when the screen may be old; null: it is not. */
  staleSince: number | null;
}

export const useConnection = create<ConnectionState>(() => ({ status: 'connecting', staleSince: null }));
export const setConnection = (status: LiveStatus, staleSince: number | null) => useConnection.setState({ status, staleSince });
