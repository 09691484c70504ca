import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { type LiveEvents, type LiveLine, pauseAfter } from './client';
import type { Line } from './conversation';

export function signalrLine(home: string, chat: string, events: LiveEvents): LiveLine {
  const hub = new HubConnectionBuilder()
    .withUrl(`${home}/hubs/visitor?chat=${encodeURIComponent(chat)}`, { withCredentials: false })
    .withAutomaticReconnect({
      nextRetryDelayInMilliseconds: ({ previousRetryCount }) => (previousRetryCount === 0 ? 200 : pauseAfter(previousRetryCount)),
    })
    .configureLogging(LogLevel.None)
    .build();
  hub.serverTimeoutInMilliseconds = 30_000;
  hub.keepAliveIntervalInMilliseconds = 10_000;
  hub.on('entries', (lines: Line[]) => events.entries(lines));
  hub.on('typing', () => events.typing());
  hub.onreconnecting(() => events.lost());
  hub.onreconnected(() => events.back());
  return {
    start: () => hub.start(),
    stop: () => hub.stop(),
    resume: (token, after) => hub.invoke('Resume', token, after),
    acknowledge: (seq, read) => hub.invoke('Acknowledge', seq, read),
  };
}
