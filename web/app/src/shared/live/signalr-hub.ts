import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import type { Hub } from './hub';

/** WebSockets only, nothing to negotiate. No automatic or stateful reconnect: both hid a dead server for minutes when tried. */
export function signalrHub(url = '/hubs/window'): Hub {
  const connection = new HubConnectionBuilder()
    .withUrl(url, { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .withKeepAliveInterval(5_000)
    .withServerTimeout(15_000)
    .configureLogging(LogLevel.Critical)
    .build();
  return {
    get connected() {
      return connection.state === HubConnectionState.Connected;
    },
    start: () => connection.start(),
    stop: () => connection.stop(),
    resume: (epoch, after) => connection.invoke('Resume', epoch, after),
    calls: () => connection.invoke('Calls'),
    viewing: (requestId, typing) => connection.send('Viewing', requestId, typing),
    onBatch: (handler) => connection.on('screenEvent', handler),
    onCall: (handler) => connection.on('call', handler),
    onSlot: (handler) => connection.on('slot', handler),
    onList: (handler) => connection.on('list', handler),
    onPresence: (handler) => connection.on('presence', handler),
    onGoodbye: (handler) => connection.on('goodbye', handler),
    onClose: (handler) => connection.onclose(handler),
  };
}
