import type { LiveEvents, LiveLine, Settings, Surroundings } from '../client';
import type { Line } from '../conversation';
import { storeOf } from '../store';
import { uuid } from '../uuid';

const settings: Settings = {
  title: 'Онлайн-чат',
  greeting: 'Здравствуйте!',
  offline: 'Нас нет.',
  consent: 'Я согласен',
  online: true,
  opensAt: null,
  offlineForm: null,
  consentTextVersion: '2026-01',
  privacyUrl: null,
  maxFileBytes: 1000,
  maxFiles: 2,
};

/** The far side as the connector behaves (connectors/WebChat), with the faults of a network. */
export class Clinic {
  readonly lines: Line[] = [];
  readonly received: { messageId: string; text: string; name?: string; page?: string; consent?: unknown; choiceOf?: string }[] = [];
  readonly forms: { key: string; body: Record<string, unknown> }[] = [];
  readonly acknowledged: [number, boolean][] = [];
  readonly requests: string[] = [];
  settings = { ...settings };
  token = 'token-1';
  isDown = false;
  /** Takes a message, and the answer gets lost. */
  losesAnswers = false;
  /** Pushes get lost, too. */
  losesPushes = false;
  losesAcknowledgements = false;
  refusesWith?: { status: number; title: string };
  inSight = true;
  private events?: LiveEvents;

  around(lasting = new Map<string, string>(), passing = new Map<string, string>()): Surroundings {
    return {
      home: 'https://crm.example',
      chat: 'demo',
      language: 'ru',
      page: 'https://clinic.example/',
      fetch: (url, init) => this.fetch(String(url), init ?? {}),
      line: (events) => this.line(events),
      lasting: storeOf(() => storage(lasting), ''),
      passing: storeOf(() => storage(passing), ''),
      isInSight: () => this.inSight,
      wait: () => new Promise((done) => setTimeout(done, 1)),
    };
  }

  answer(text: string, choices?: string[]) {
    this.add(uuid(), text, false, { choices });
  }

  reconnect() {
    this.events?.lost();
    this.events?.back();
  }

  typing() {
    this.events?.typing();
  }

  private add(messageId: string, text: string, byVisitor: boolean, more: Partial<Line> = {}) {
    if (this.lines.some((line) => line.messageId === messageId)) return;
    const line: Line = { seq: this.lines.length + 1, messageId, byVisitor, at: '2026-11-23T08:00:00Z', text, files: [], ...more };
    this.lines.push(line);
    if (!this.losesPushes) this.events?.entries([line]);
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    await Promise.resolve();
    const { pathname } = new URL(url);
    this.requests.push(`${init.method} ${pathname}`);
    if (this.isDown) throw new TypeError('Failed to fetch');
    if (pathname.startsWith('/forms/')) {
      this.forms.push({ key: new Headers(init.headers).get('Idempotency-Key') ?? '', body: JSON.parse(String(init.body)) });
      return Response.json({ receiptId: 'r' }, { status: 202 });
    }
    const token = new Headers(init.headers).get('X-Visitor-Token');
    switch (`${init.method} ${pathname}`) {
      case 'GET /widget/demo/settings':
        return Response.json(this.settings);
      case 'POST /widget/demo/session':
        return Response.json({ token: this.token }, { status: 201 });
      case 'DELETE /widget/demo/session':
        return new Response(null, { status: 204 });
      case 'POST /widget/demo/messages': {
        if (token !== this.token) return Response.json({ title: 'chat.unauthorized' }, { status: 401 });
        if (this.refusesWith) return Response.json({ title: this.refusesWith.title }, { status: this.refusesWith.status });
        const words = JSON.parse(init.body instanceof FormData ? String(init.body.get('message')) : String(init.body));
        if (!this.received.some(({ messageId }) => messageId === words.messageId)) this.received.push(words);
        this.add(words.messageId, words.text, true, { choiceOf: words.choiceOf });
        if (this.losesAnswers) throw new TypeError('Failed to fetch');
        return Response.json({ messageId: words.messageId }, { status: 202 });
      }
      default:
        return new Response(null, { status: 404 });
    }
  }

  private line(events: LiveEvents): LiveLine {
    return {
      start: async () => {
        if (this.isDown) throw new Error('no line');
        this.events = events;
      },
      stop: async () => {
        this.events = undefined;
      },
      resume: async (token, after) => {
        if (this.isDown) throw new Error('no line');
        if (token !== this.token) throw new Error('HubException: chat.unauthorized');
        return { entries: this.lines.filter((line) => line.seq > after), headSeq: this.lines.length };
      },
      acknowledge: async (seq, read) => {
        if (this.losesAcknowledgements) throw new Error('no line');
        this.acknowledged.push([seq, read]);
      },
    };
  }
}

const storage = (map: Map<string, string>) =>
  ({
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  }) as Storage;
