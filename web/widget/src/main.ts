import { Client } from './client';
import { signalrLine } from './signalr-line';
import { storeOf } from './store';
import { textsOf } from './texts';
import { View } from './view';

const script = document.currentScript as HTMLScriptElement | null;

function start() {
  const chat = script?.dataset.chat;
  if (!script || !chat || document.getElementById('medcrm-chat')) {
    if (!chat) console.error('MedCrm chat: the script needs data-chat="…".');
    return;
  }
  const home = new URL(script.src).origin;
  const language = script.dataset.lang ?? (document.documentElement.lang || navigator.language || 'ru');
  const prefix = `medcrm-chat.${chat}.`;
  const inSight = () => view.isOpen && document.visibilityState === 'visible';
  const client = new Client({
    home,
    chat,
    language,
    page: location.origin + location.pathname,
    fetch: (input, init) => fetch(input, init),
    line: (events) => signalrLine(home, chat, events),
    lasting: storeOf(() => localStorage, prefix),
    passing: storeOf(() => sessionStorage, prefix),
    isInSight: inSight,
    wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  });
  const load = () =>
    client.load().catch(() => {
      view.showUnavailable();
    });
  const view: View = new View(client, textsOf(language), language, () => void load());
  if (script.dataset.theme) view.host.dataset.theme = script.dataset.theme;
  document.body.append(view.host);
  document.addEventListener('visibilitychange', () => inSight() && client.look());
  void load();
  client.resume();
}

if (document.body) start();
else addEventListener('DOMContentLoaded', start);
