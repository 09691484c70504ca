import type { Client } from './client';
import type { Draft, Introduction, Line } from './conversation';
import { h, icon } from './dom';
import { styles } from './styles';
import type { Texts } from './texts';
import { uuid } from './uuid';

/** The screen of the widget, in a shadow of its own: the site's styles do not reach in, ours do not reach out. */
export class View {
  readonly host = h('aside', { id: 'medcrm-chat' });
  isOpen = false;
  private readonly root = this.host.attachShadow({ mode: 'open' });
  private readonly launcher: HTMLButtonElement;
  private readonly badge = h('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  private readonly panel: HTMLElement;
  private readonly title = h('h2', { id: 'title' });
  private readonly body = h('div', { class: 'body', tabindex: '0' });
  private readonly status = h('p', { class: 'status', role: 'status' });
  private readonly foot = h('div');
  private readonly log: HTMLElement;
  private readonly chosen = h('ul', { class: 'chosen' });
  private readonly problem = h('p', { class: 'error', id: 'problem', role: 'alert', hidden: true });
  private readonly text: HTMLTextAreaElement;
  private readonly shown = new Map<string, HTMLElement>();
  private files: File[] = [];
  private layout = '';

  constructor(
    private readonly client: Client,
    private readonly texts: Texts,
    private readonly language: string,
    private readonly reload: () => void,
  ) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.root.adoptedStyleSheets = [sheet];
    this.host.lang = language;
    this.host.setAttribute('aria-label', texts.widget);
    this.launcher = h(
      'button',
      { class: 'launcher', type: 'button', 'aria-label': texts.open, 'aria-expanded': 'false', click: () => this.open() },
      icon('chat'),
      this.badge,
    );
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': texts.conversation });
    this.text = h('textarea', {
      rows: '1',
      'aria-label': texts.message,
      placeholder: texts.messageHint,
      maxlength: '20000',
      keydown: (event) => this.sendOnEnter(event as KeyboardEvent),
    });
    this.panel = h(
      'section',
      { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true, keydown: (event) => this.keys(event as KeyboardEvent) },
      h(
        'header',
        {},
        this.title,
        h('button', { class: 'icon', type: 'button', 'aria-label': texts.forget, click: () => this.askToForget() }, icon('more')),
        h('button', { class: 'icon', type: 'button', 'aria-label': texts.close, click: () => this.close() }, icon('close')),
      ),
      this.body,
      this.status,
      this.foot,
    );
    this.root.append(this.launcher, this.panel);
    client.onChange(() => this.draw());
    this.draw();
  }

  open() {
    this.isOpen = true;
    // A page may be open from morning to night.
    if (this.client.isStale) this.reload();
    this.host.toggleAttribute('data-open', true);
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute('aria-expanded', 'true');
    this.panel.setAttribute('aria-modal', String(this.isFullScreen));
    this.client.look();
    this.draw();
    this.focusFirst();
    this.scrollDown();
  }

  close() {
    this.isOpen = false;
    this.host.toggleAttribute('data-open', false);
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute('aria-expanded', 'false');
    this.launcher.focus();
  }

  private get isFullScreen(): boolean {
    return matchMedia('(max-width: 480px), (max-height: 480px)').matches;
  }

  private get focusable(): HTMLElement[] {
    return [...this.panel.querySelectorAll<HTMLElement>('button, input, textarea, a, [tabindex="0"]')].filter(
      (element) => !element.closest('[hidden]') && !(element as HTMLButtonElement).disabled,
    );
  }

  /** Escape closes and gives the focus back. Where the chat covers the page, Tab stays in it. */
  private keys(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Tab' && this.isFullScreen) {
      const [first, last] = [this.focusable[0], this.focusable.at(-1)];
      const active = this.root.activeElement;
      if (event.shiftKey ? active === first : active === last) {
        event.preventDefault();
        (event.shiftKey ? last : first)?.focus();
      }
    }
  }

  private focusFirst() {
    const shown = (part: HTMLElement) =>
      [...part.querySelectorAll<HTMLElement>('input, textarea, button')].find(
        (field) => !field.closest('[hidden]') && !field.matches('.icon'),
      );
    (shown(this.foot) ?? shown(this.body) ?? this.body).focus();
  }

  private draw() {
    const { settings, conversation } = this.client;
    const unread = this.isOpen ? 0 : conversation.unread;
    this.badge.hidden = unread === 0;
    this.badge.textContent = String(unread);
    this.launcher.setAttribute('aria-label', unread > 0 ? this.texts.openUnread(unread) : this.texts.open);
    if (!this.isOpen) return;

    this.title.textContent = settings?.title ?? this.texts.widget;
    const wanted = !settings
      ? 'loading'
      : !settings.online && settings.offlineForm && conversation.isEmpty
        ? 'form'
        : conversation.isEmpty
          ? 'start'
          : 'talk';
    if (wanted !== this.layout) {
      const had = this.root.activeElement !== null;
      this.arrange(wanted);
      if (had) this.focusFirst();
    }
    if (wanted === 'start' || wanted === 'talk') this.drawLines();
    const { connection, isTyping } = this.client;
    this.status.textContent = isTyping ? this.texts.typing : connection === 'lost' ? this.texts.lost : '';
  }

  /** Tells that the settings could not be had. */
  showUnavailable() {
    this.layout = 'unavailable';
    this.body.replaceChildren(
      h('p', {}, this.texts.unavailable),
      h('button', { class: 'plain', type: 'button', click: () => this.reload() }, this.texts.again),
    );
    if (this.isOpen) this.focusFirst();
  }

  private arrange(layout: string) {
    // From the greeting to the first line the composer stays as it is, with what is being written.
    const isTalk = layout === 'start' || layout === 'talk';
    if (!(isTalk && (this.layout === 'start' || this.layout === 'talk'))) {
      this.body.replaceChildren();
      this.foot.replaceChildren();
      if (layout === 'loading') this.body.append(h('p', { class: 'hint' }, this.texts.loading));
      if (layout === 'form') this.arrangeForm();
      if (isTalk) this.arrangeTalk();
    }
    this.layout = layout;
    for (const part of this.foot.querySelectorAll<HTMLElement>('.pair')) part.hidden = layout !== 'start';
    for (const part of this.foot.querySelectorAll<HTMLElement>('.check')) part.hidden = !this.client.needsConsent;
    for (const part of this.foot.querySelectorAll<HTMLElement>('.introduction'))
      part.hidden = layout !== 'start' && !this.client.needsConsent;
  }

  private arrangeTalk() {
    const { settings } = this.client;
    if (!settings) return;
    this.log.replaceChildren();
    this.shown.clear();
    this.body.append(
      h('p', { class: 'line' }, settings.greeting),
      ...(settings.online ? [] : [h('p', { class: 'hint' }, this.away())]),
      this.log,
    );
    const consent = this.consentBox('consent');
    const name = this.input('name', this.texts.name, { autocomplete: 'name', maxlength: '200' }, true);
    const phone = this.input('tel', this.texts.phone, { autocomplete: 'tel', type: 'tel', maxlength: '40' }, true);
    const introduction = h('div', { class: 'introduction' }, h('div', { class: 'pair' }, name.label, phone.label), consent?.label);
    const picker = h('input', {
      type: 'file',
      multiple: settings.maxFiles > 1,
      hidden: true,
      tabindex: '-1',
      change: () => this.choose(picker),
    });
    const submit = (event: Event) => {
      event.preventDefault();
      const needed = consent !== null && this.client.needsConsent;
      const text = this.text.value.trim();
      if (text === '' && this.files.length === 0) {
        this.text.focus();
        return;
      }
      if (needed && !consent.box.checked) {
        this.complain(this.texts.consentNeeded, consent.box);
        return;
      }
      const given: Introduction = {};
      if (name.input.value.trim()) given.name = name.input.value.trim();
      if (phone.input.value.trim()) given.phone = phone.input.value.trim();
      if (needed && settings.consentTextVersion) given.consent = { given: true, textVersion: settings.consentTextVersion };
      this.complain(null, consent?.box);
      if (consent) consent.box.checked = false;
      const files = this.files;
      this.files = [];
      this.text.value = name.input.value = phone.input.value = '';
      this.drawChosen();
      this.client.send(text, files, given);
      this.text.focus();
      this.scrollDown();
    };
    const composer = h(
      'form',
      { class: 'composer', novalidate: true, submit },
      settings.maxFiles > 0 &&
        h('button', { class: 'icon', type: 'button', 'aria-label': this.texts.attach, click: () => picker.click() }, icon('attach')),
      this.text,
      h('button', { class: 'send', type: 'submit', 'aria-label': this.texts.send }, icon('send')),
    );
    this.foot.append(introduction, h('div', { class: 'problems' }, this.problem), this.chosen, picker, composer);
  }

  private arrangeForm() {
    const { settings } = this.client;
    if (!settings) return;
    const key = uuid();
    const name = this.input('name', this.texts.name, { autocomplete: 'name', required: true, maxlength: '200' });
    const phone = this.input('tel', this.texts.phone, { autocomplete: 'tel', type: 'tel', required: true, maxlength: '40' });
    const message = h('textarea', { rows: '3', maxlength: '4000', autocomplete: 'off' });
    const consent = this.consentBox('form-consent');
    const error = h('p', { class: 'error', role: 'alert', id: 'form-problem', hidden: true });
    const button = h('button', { class: 'primary', type: 'submit' }, this.texts.send);
    const submit = async (event: Event) => {
      event.preventDefault();
      const missing =
        [name.input, phone.input].find((input) => input.value.trim() === '') ?? (consent && !consent.box.checked ? consent.box : undefined);
      for (const input of [name.input, phone.input, consent?.box]) input?.setAttribute('aria-invalid', String(input === missing));
      error.hidden = !missing;
      if (missing) {
        error.textContent = missing === consent?.box ? this.texts.consentNeeded : this.texts.required;
        missing.setAttribute('aria-describedby', error.id);
        missing.focus();
        return;
      }
      button.disabled = true;
      const words = {
        name: name.input.value.trim(),
        phone: phone.input.value.trim(),
        message: message.value.trim(),
        consent: consent?.box.checked ?? false,
      };
      if (await this.client.sendForm(words, key)) {
        const thanks = h('p', { tabindex: '-1', role: 'status' }, this.texts.formSent);
        this.body.replaceChildren(thanks);
        thanks.focus();
        return;
      }
      button.disabled = false;
      error.textContent = this.texts.formFailed;
      error.hidden = false;
    };
    this.body.append(
      h('p', {}, this.away()),
      h(
        'form',
        { class: 'offline', novalidate: true, submit: (event) => void submit(event) },
        name.label,
        phone.label,
        h('label', { class: 'field' }, h('span', {}, this.texts.message), message),
        consent?.label,
        error,
        button,
      ),
    );
  }

  private away(): string {
    const { settings } = this.client;
    if (!settings?.opensAt) return settings?.offline ?? '';
    const when = new Intl.DateTimeFormat(this.language, { weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(
      new Date(settings.opensAt),
    );
    return `${settings.offline} ${this.texts.opensAt(when)}`;
  }

  private input(key: string, label: string, attributes: Record<string, string | boolean>, optional = false) {
    const input = h('input', { name: key, ...attributes });
    return { input, label: h('label', { class: 'field' }, h('span', {}, optional ? `${label} (${this.texts.optional})` : label), input) };
  }

  private consentBox(id: string) {
    const { settings } = this.client;
    if (!settings?.consentTextVersion) return null;
    const box = h('input', { type: 'checkbox', id });
    const policy = settings.privacyUrl ? h('a', { href: settings.privacyUrl, target: '_blank', rel: 'noopener' }, this.texts.policy) : null;
    return {
      box,
      label: h('div', { class: 'check' }, box, h('span', {}, h('label', { for: id }, settings.consent), policy ? ' · ' : '', policy)),
    };
  }

  private complain(problem: string | null, at?: HTMLElement) {
    this.problem.hidden = problem === null;
    this.problem.textContent = problem ?? '';
    at?.setAttribute('aria-invalid', String(problem !== null));
    if (problem && at) {
      at.setAttribute('aria-describedby', 'problem');
      at.focus();
    }
  }

  private sendOnEnter(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.text.closest('form')?.requestSubmit();
  }

  private choose(picker: HTMLInputElement) {
    const { settings } = this.client;
    const files = [...this.files, ...(picker.files ?? [])];
    picker.value = '';
    if (!settings) return;
    if (files.length > settings.maxFiles || files.reduce((sum, file) => sum + file.size, 0) > settings.maxFileBytes) {
      this.complain(this.texts.tooLarge(size(settings.maxFileBytes, this.language), settings.maxFiles));
      return;
    }
    this.complain(null);
    this.files = files;
    this.drawChosen();
    this.text.focus();
  }

  private drawChosen() {
    this.chosen.replaceChildren(
      ...this.files.map((file) =>
        h(
          'li',
          {},
          file.name,
          h(
            'button',
            {
              type: 'button',
              'aria-label': this.texts.remove(file.name),
              click: () => {
                this.files = this.files.filter((other) => other !== file);
                this.drawChosen();
                this.text.focus();
              },
            },
            icon('close'),
          ),
        ),
      ),
    );
  }

  /** Each line is drawn once, so that a screen reader hears it once. */
  private drawLines() {
    const { lines, drafts } = this.client.conversation;
    const wasDown = this.body.scrollHeight - this.body.scrollTop - this.body.clientHeight < 80;
    const keep = new Set<string>();
    const elements: HTMLElement[] = [];
    for (const line of lines) elements.push(this.once(`${line.messageId}`, keep, () => this.drawLine(line)));
    for (const draft of drafts) elements.push(this.once(draft.messageId, keep, () => this.drawDraft(draft)));
    for (const [id, element] of this.shown) {
      if (keep.has(id)) continue;
      element.remove();
      this.shown.delete(id);
    }
    elements.forEach((element, at) => {
      if (this.log.children[at] !== element) this.log.insertBefore(element, this.log.children[at] ?? null);
    });
    for (const draft of drafts) this.mark(draft);
    for (const line of lines) {
      const choices = line.choices && this.shown.get(line.messageId)?.querySelector('.choices');
      if (choices && this.client.conversation.isAnswered(line)) choices.remove();
    }
    for (const line of lines.filter(({ byVisitor }) => byVisitor)) {
      const meta = this.shown.get(line.messageId)?.querySelector('.meta');
      // Only once: a screen reader reads what changes.
      if (meta && meta.textContent !== this.time(line.at)) meta.textContent = this.time(line.at);
    }
    if (wasDown) this.scrollDown();
  }

  private once(id: string, keep: Set<string>, make: () => HTMLElement): HTMLElement {
    keep.add(id);
    const known = this.shown.get(id);
    if (known) return known;
    const made = make();
    this.shown.set(id, made);
    return made;
  }

  private drawLine(line: Line): HTMLElement {
    return h(
      'div',
      { class: line.byVisitor ? 'line own' : 'line' },
      h('span', { class: 'quiet' }, `${line.byVisitor ? this.texts.you : this.texts.clinic}: `),
      line.text,
      ...line.files.map((file, number) =>
        file.stored
          ? h('button', { class: 'file', type: 'button', click: () => void this.download(line, number) }, this.texts.download(file.name))
          : h('span', { class: 'file' }, `${file.name}, ${size(file.size, this.language)}`),
      ),
      line.choices && line.choices.length > 0 && this.drawChoices(line, line.choices),
      h('span', { class: 'meta' }, this.time(line.at)),
    );
  }

  private drawChoices(line: Line, choices: string[]): HTMLElement {
    const choose = (index: number) => {
      this.client.choose(line, index);
      // The button under the finger is gone now.
      this.text.focus();
      this.scrollDown();
    };
    return h(
      'div',
      { class: 'choices', role: 'group', 'aria-label': this.texts.choices },
      ...choices.map((choice, index) => h('button', { type: 'button', click: () => choose(index) }, choice)),
    );
  }

  private drawDraft(draft: Draft): HTMLElement {
    return h(
      'div',
      { class: 'line own' },
      h('span', { class: 'quiet' }, `${this.texts.you}: `),
      draft.text,
      ...draft.files.map((file) => h('span', { class: 'file' }, `${file.name}, ${size(file.size, this.language)}`)),
      h('span', { class: 'meta' }),
    );
  }

  private mark(draft: Draft) {
    const meta = this.shown.get(draft.messageId)?.querySelector('.meta');
    if (!meta || meta.getAttribute('data-state') === draft.state) return;
    meta.setAttribute('data-state', draft.state);
    if (draft.state === 'failed') {
      meta.replaceChildren(
        `${this.texts.failed} · `,
        h('button', { type: 'button', click: () => this.client.retry(draft) }, this.texts.again),
      );
    } else {
      meta.replaceChildren(draft.state === 'sending' ? this.texts.sending : draft.state === 'waiting' ? this.texts.waiting : '');
    }
  }

  private async download(line: Line, number: number) {
    const blob = await this.client.download(line.seq, number);
    if (!blob) {
      this.complain(this.texts.noFile);
      return;
    }
    const url = URL.createObjectURL(blob);
    h('a', { href: url, download: line.files[number]?.name ?? '' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  private askToForget() {
    this.root.querySelector('.forget')?.remove();
    const ask = h(
      'div',
      { class: 'forget', role: 'group', 'aria-label': this.texts.forget },
      h('p', {}, this.texts.forgetSure),
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          {
            class: 'primary',
            type: 'button',
            click: () => {
              ask.remove();
              void this.client.forget();
              this.focusFirst();
            },
          },
          this.texts.forgetYes,
        ),
        h(
          'button',
          {
            class: 'plain',
            type: 'button',
            click: () => {
              ask.remove();
              this.focusFirst();
            },
          },
          this.texts.forgetNo,
        ),
      ),
    );
    this.body.append(ask);
    ask.querySelector('button')?.focus();
    this.scrollDown();
  }

  private time(at: string): string {
    const date = new Date(at);
    const today = new Date().toDateString() === date.toDateString();
    return new Intl.DateTimeFormat(
      this.language,
      today ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    ).format(date);
  }

  private scrollDown() {
    this.body.scrollTop = this.body.scrollHeight;
  }
}

function size(bytes: number, language: string): string {
  const [value, unit] = bytes >= 1024 * 1024 ? [bytes / 1024 / 1024, 'megabyte'] : [Math.max(1, bytes / 1024), 'kilobyte'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(
    value,
  );
}
