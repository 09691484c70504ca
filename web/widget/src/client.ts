import { Conversation, type Draft, type Introduction, type Line } from './conversation';
import type { Store } from './store';
import { nthOf, uuid } from './uuid';

export interface Settings {
  title: string;
  greeting: string;
  offline: string;
  consent: string;
  online: boolean;
  opensAt: string | null;
  offlineForm: string | null;
  consentTextVersion: string | null;
  privacyUrl: string | null;
  maxFileBytes: number;
  maxFiles: number;
}

export interface Submission {
  name: string;
  phone: string;
  message: string;
  consent: boolean;
}

/** The live line; SignalR in the browser. */
export interface LiveLine {
  start(): Promise<void>;
  stop(): Promise<void>;
  resume(token: string, after: number): Promise<{ entries: Line[]; headSeq: number }>;
  acknowledge(seq: number, read: boolean): Promise<void>;
}

export interface LiveEvents {
  entries(lines: Line[]): void;
  typing(): void;
  lost(): void;
  back(): void;
}

export interface Surroundings {
  /** Where the widget came from: <c>https://crm.example</c>. */
  home: string;
  chat: string;
  language: string;
  page: string;
  fetch: typeof fetch;
  line(events: LiveEvents): LiveLine;
  /** Outlives the browser window: the token, and which consent was given. */
  lasting: Store;
  /** Lives as long as the tab: words that were not sent yet. */
  passing: Store;
  isInSight(): boolean;
  wait(milliseconds: number): Promise<void>;
}

export type Connection = 'none' | 'connecting' | 'connected' | 'lost';

const settingsLast = 300_000;
const pauses = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
/** A little different for everybody, so that all who were cut off do not come back at once. */
export const pauseAfter = (failures: number, random = Math.random()) =>
  (pauses[Math.min(failures, pauses.length) - 1] ?? 1_000) * (0.8 + 0.4 * random);

/** The conversation of one visitor: keeps it, sends, resumes. Knows nothing of the screen. */
export class Client {
  readonly conversation = new Conversation();
  settings?: Settings;
  connection: Connection = 'none';
  isTyping = false;
  private readonly listeners = new Set<() => void>();
  private line?: LiveLine;
  private sending = false;
  private typed = 0;
  private told = 0;
  private loadedAt = 0;

  constructor(private readonly around: Surroundings) {
    this.conversation.seen = Number(around.lasting.get('seen') ?? 0);
    for (const draft of JSON.parse(around.passing.get('drafts') ?? '[]') as Draft[]) {
      this.conversation.drafts.push({ ...draft, files: [], state: 'sending' });
    }
  }

  onChange(listener: () => void) {
    this.listeners.add(listener);
  }

  get needsConsent(): boolean {
    const version = this.settings?.consentTextVersion;
    return !!version && this.around.lasting.get('consent') !== version;
  }

  get isStale(): boolean {
    return !!this.settings && Date.now() - this.loadedAt > settingsLast;
  }

  async load(): Promise<void> {
    const response = await this.call('GET', `settings?lang=${encodeURIComponent(this.around.language)}`);
    if (!response.ok) throw new Error(`settings: ${response.status}`);
    this.settings = (await response.json()) as Settings;
    this.loadedAt = Date.now();
    this.changed();
  }

  /** Takes up a conversation that this browser knows. Without one, nothing is asked of the server. */
  resume(): boolean {
    if (this.conversation.drafts.length > 0) void this.flush();
    if (!this.around.lasting.get('token')) return false;
    void this.connect();
    return true;
  }

  send(text: string, files: File[], introduction: Introduction) {
    if (introduction.consent) this.around.lasting.set('consent', introduction.consent.textVersion);
    this.conversation.drafts.push({
      messageId: uuid(),
      text,
      files,
      introduction: this.conversation.isEmpty ? { ...introduction, page: this.around.page } : introduction,
      state: 'sending',
    });
    this.changed();
    void this.flush();
  }

  /** Presses a button under an answer: once, however often and in however many tabs. */
  choose(line: Line, index: number) {
    const text = line.choices?.[index];
    if (!text || this.conversation.isAnswered(line)) return;
    const messageId = nthOf(line.messageId, index);
    this.conversation.drafts.push({ messageId, text, files: [], introduction: {}, choiceOf: line.messageId, state: 'sending' });
    this.changed();
    void this.flush();
  }

  retry(draft: Draft) {
    draft.state = 'sending';
    this.changed();
    void this.flush();
  }

  discard(draft: Draft) {
    this.conversation.drafts.splice(this.conversation.drafts.indexOf(draft), 1);
    this.changed();
  }

  async sendForm(submission: Submission, key: string): Promise<boolean> {
    try {
      const response = await this.around.fetch(`${this.around.home}/forms/${this.settings?.offlineForm}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body: JSON.stringify({ ...submission, consent: submission.consent ? 'да' : 'нет', page: this.around.page }),
        credentials: 'omit',
      });
      return response.ok;
    } catch {
      return false;
    }
  }

  async download(seq: number, number: number): Promise<Blob | null> {
    try {
      const response = await this.call('GET', `files/${seq}/${number}`, undefined, this.around.lasting.get('token'));
      return response.ok ? await response.blob() : null;
    } catch {
      return null;
    }
  }

  async forget() {
    const token = this.around.lasting.get('token');
    this.conversation.drafts.length = 0;
    this.around.lasting.set('consent', null);
    if (!token) return this.changed();
    this.beginAnew(token);
    await this.call('DELETE', 'session', undefined, token).catch(() => undefined);
  }

  /** The chat was opened, or came into sight. */
  look() {
    this.see();
    this.changed();
  }

  /** Forgotten there: what was said is gone from here too, what she has just written is the beginning. */
  private beginAnew(token: string) {
    // Another answer has told it already, and there may be a new token.
    if (this.around.lasting.get('token') !== token) return;
    this.around.lasting.set('token', null);
    this.conversation.lines.length = 0;
    this.conversation.head = this.conversation.seen = this.told = 0;
    this.around.lasting.set('seen', null);
    void this.line?.stop();
    this.line = undefined;
    this.become('none');
  }

  /** One after another, so that they arrive in the order of writing. Repeated under the same id until the server has answered. */
  private async flush() {
    if (this.sending) return;
    this.sending = true;
    let failures = 0;
    for (let draft = this.next(); draft; draft = this.next()) {
      const outcome = await this.post(draft);
      if (outcome === 'again') {
        draft.state = 'waiting';
        this.changed();
        await this.around.wait(pauseAfter(++failures));
        continue;
      }
      failures = 0;
      if (this.conversation.drafts.includes(draft)) {
        draft.state = outcome === 'sent' ? 'sent' : 'failed';
        draft.reason = outcome === 'sent' ? undefined : outcome;
      }
      this.changed();
    }
    this.sending = false;
  }

  private next = () => this.conversation.drafts.find(({ state }) => state === 'sending' || state === 'waiting');

  /** @returns `sent`, `again`, or the title of the refusal. */
  private async post(draft: Draft): Promise<string> {
    try {
      const token = this.around.lasting.get('token') ?? (await this.welcome());
      if (!token) return 'again';
      void this.connect();
      const words = JSON.stringify({ messageId: draft.messageId, text: draft.text, choiceOf: draft.choiceOf, ...draft.introduction });
      const response = await this.call('POST', 'messages', draft.files.length > 0 ? formOf(words, draft.files) : words, token);
      if (response.ok) return 'sent';
      if (response.status === 401) {
        this.beginAnew(token);
        return 'again';
      }
      if (response.status >= 500 || response.status === 429) return 'again';
      const problem = (await response.json().catch(() => ({}))) as { title?: string };
      return problem.title ?? 'failed';
    } catch {
      return 'again';
    }
  }

  private async welcome(): Promise<string | null> {
    const response = await this.call('POST', 'session');
    if (!response.ok) return null;
    const { token } = (await response.json()) as { token: string };
    this.around.lasting.set('token', token);
    return token;
  }

  private async connect() {
    if (this.line) return;
    const mine: LiveLine = this.around.line({
      entries: (lines) => void this.receive(lines),
      typing: () => this.showTyping(),
      lost: () => this.become('lost'),
      back: () => void this.comeBack(mine),
    });
    this.line = mine;
    this.become('connecting');
    for (let failures = 1; this.line === mine; failures++) {
      try {
        await mine.start();
        await this.catchUp();
        return;
      } catch {
        if (this.line !== mine) return;
        if (failures > 1) this.become('lost');
        await this.around.wait(pauseAfter(failures));
      }
    }
  }

  /** The line is up again; what was missed is asked for until it is told. */
  private async comeBack(mine: LiveLine) {
    for (let failures = 1; this.line === mine; failures++) {
      try {
        await this.catchUp();
        return;
      } catch {
        await this.around.wait(pauseAfter(failures));
      }
    }
  }

  private async catchUp() {
    const [line, token] = [this.line, this.around.lasting.get('token')];
    if (!line || !token) return;
    try {
      const { entries, headSeq } = await line.resume(token, this.conversation.head);
      this.become('connected');
      this.take(entries, headSeq);
    } catch (error) {
      if (String(error).includes('chat.unauthorized')) this.beginAnew(token);
      else throw error;
    }
  }

  private async receive(lines: Line[]) {
    this.isTyping = false;
    if (this.conversation.follows(lines)) this.take(lines, lines.at(-1)?.seq ?? 0);
    else await this.catchUp().catch(() => this.become('lost'));
  }

  private take(lines: Line[], head: number) {
    this.conversation.add(lines);
    this.conversation.reached(head);
    this.see();
    this.changed();
  }

  private see() {
    if (this.around.isInSight()) {
      this.conversation.seen = this.conversation.head;
      this.around.lasting.set('seen', String(this.conversation.seen));
    }
    const last = this.conversation.lines.findLast((line) => !line.byVisitor);
    const read = !!last && last.seq <= this.conversation.seen;
    // A number for each state: read stands for delivered, too.
    const told = last ? last.seq * 2 + (read ? 1 : 0) : 0;
    if (!last || this.connection !== 'connected' || told <= this.told) return;
    const before = this.told;
    this.told = told;
    this.line?.acknowledge(last.seq, read).catch(() => {
      // Told again with the next change or resume.
      this.told = Math.min(this.told, before);
    });
  }

  private showTyping() {
    this.isTyping = true;
    const mine = ++this.typed;
    this.changed();
    void this.around.wait(6_000).then(() => {
      if (mine !== this.typed) return;
      this.isTyping = false;
      this.changed();
    });
  }

  private become(connection: Connection) {
    this.connection = connection;
    this.changed();
  }

  private changed() {
    const kept = this.conversation.drafts.filter(({ state, files }) => state !== 'sent' && files.length === 0);
    this.around.passing.set('drafts', kept.length > 0 ? JSON.stringify(kept) : null);
    for (const listener of this.listeners) listener();
  }

  private call(method: string, path: string, body?: string | FormData, token?: string | null): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token) headers['X-Visitor-Token'] = token;
    if (typeof body === 'string') headers['Content-Type'] = 'application/json';
    return this.around.fetch(`${this.around.home}/widget/${this.around.chat}/${path}`, {
      method,
      headers,
      body,
      credentials: 'omit',
      cache: 'no-store',
    });
  }
}

function formOf(words: string, files: File[]): FormData {
  const form = new FormData();
  form.append('message', words);
  for (const file of files) form.append('file', file, file.name);
  return form;
}
