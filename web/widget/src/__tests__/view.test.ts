import { beforeEach, expect, it, vi } from 'vitest';
import { Client } from '../client';
import type { Line } from '../conversation';
import { textsOf } from '../texts';
import { View } from '../view';
import { Clinic } from './clinic';

// What jsdom lacks of a browser; the looks are tried in a real one (tests/e2e/chat.spec.ts).
CSSStyleSheet.prototype.replaceSync ??= () => undefined;
let fullScreen = false;
window.matchMedia = () => ({ matches: fullScreen }) as MediaQueryList;

let clinic: Clinic;
let client: Client;
let view: View;
const $ = <T extends HTMLElement>(selector: string) => view.host.shadowRoot?.querySelector<T>(selector) as T;
const focused = () => view.host.shadowRoot?.activeElement as HTMLElement;
const press = (key: string, shiftKey = false) =>
  focused().dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));

beforeEach(async () => {
  document.body.replaceChildren();
  fullScreen = false;
  clinic = new Clinic();
  const around = clinic.around();
  client = new Client({ ...around, isInSight: () => view.isOpen });
  view = new View(client, textsOf('ru'), 'ru', () => undefined);
  document.body.append(view.host);
});

it('opens with the focus where one writes, closes with Escape and gives the focus back', async () => {
  await client.load();
  $('.launcher').focus();
  $('.launcher').click();
  expect(focused().tagName).toBe('INPUT');
  press('Escape');
  expect($('.panel').hidden).toBe(true);
  expect(focused()).toBe($('.launcher'));
});

it('keeps the focus inside while it covers the page', async () => {
  await client.load();
  fullScreen = true;
  view.open();
  expect($('.panel').getAttribute('aria-modal')).toBe('true');
  $('header button').focus();
  press('Tab', true);
  expect(focused()).toBe($('.send'));
  press('Tab');
  expect(focused()).toBe($('header button'));
});

it('does not send without the consent, and says so at the box', async () => {
  await client.load();
  view.open();
  $<HTMLTextAreaElement>('textarea').value = 'Вопрос';
  $('.send').click();
  expect($('#problem').textContent).toContain('Без согласия');
  expect(focused().id).toBe('consent');
  expect(clinic.received).toEqual([]);
  $<HTMLInputElement>('#consent').checked = true;
  $('.send').click();
  await vi.waitFor(() => expect(clinic.received.map(({ text }) => text)).toEqual(['Вопрос']));
});

it('shows what people write as text, whatever it looks like', async () => {
  clinic.settings.consentTextVersion = null;
  await client.load();
  view.open();
  client.send('<img src=x onerror=alert(1)>', [], {});
  await vi.waitFor(() => expect($('.log').textContent).toContain('<img src=x'));
  expect($('.log img')).toBeNull();
});

it('draws a line once: as a draft, then as what the clinic has', async () => {
  clinic.settings.consentTextVersion = null;
  await client.load();
  view.open();
  client.send('Один раз', [], {});
  const drawn = $('.log .line');
  await vi.waitFor(() => expect(client.conversation.lines.length).toBe(1));
  expect(view.host.shadowRoot?.querySelectorAll('.log .line').length).toBe(1);
  expect($('.log .line')).toBe(drawn);
});

it('counts unread answers at the button', async () => {
  await client.load();
  client.send('Вопрос', [], {});
  await vi.waitFor(() => expect(client.connection).toBe('connected'));
  clinic.answer('Ответ');
  await vi.waitFor(() => expect($('.badge').textContent).toBe('1'));
  expect($('.launcher').getAttribute('aria-label')).toContain('непрочитанных: 1');
  view.open();
  expect($('.badge').hidden).toBe(true);
});

it('takes a form outside of the hours, under one key however often it is sent', async () => {
  clinic.settings = { ...clinic.settings, online: false, offlineForm: 'callback' };
  await client.load();
  view.open();
  $('.primary').click();
  expect($('#form-problem').textContent).toBe('Заполните это поле.');
  $<HTMLInputElement>('[name=name]').value = 'Анна';
  $<HTMLInputElement>('[name=tel]').value = '+79010000000';
  $<HTMLInputElement>('#form-consent').checked = true;
  clinic.isDown = true;
  $('.primary').click();
  await vi.waitFor(() => expect($('#form-problem').textContent).toContain('Не удалось'));
  clinic.isDown = false;
  $('.primary').click();
  await vi.waitFor(() => expect($('.body').textContent).toContain('Спасибо'));
  expect(clinic.forms).toEqual([
    {
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      body: { name: 'Анна', phone: '+79010000000', message: '', consent: 'да', page: 'https://clinic.example/' },
    },
  ]);
});

it('refuses files that the clinic would refuse', async () => {
  await client.load();
  view.open();
  const picker = $<HTMLInputElement>('input[type=file]');
  Object.defineProperty(picker, 'files', { value: [new File([new Uint8Array(2000)], 'большой.png')], configurable: true });
  picker.dispatchEvent(new Event('change'));
  expect($('#problem').textContent).toContain('Файлы слишком большие');
  expect($('.chosen').children.length).toBe(0);
});

it('offers answers as buttons, and a press is one answer that takes them away', async () => {
  clinic.settings.consentTextVersion = null;
  await client.load();
  view.open();
  client.send('Здравствуйте', [], {});
  await vi.waitFor(() => expect(client.connection).toBe('connected'));
  clinic.answer('Вы придёте?', ['Приду', 'Не приду']);
  await vi.waitFor(() => expect($('.choices')).not.toBeNull());
  expect($('.choices').getAttribute('role')).toBe('group');
  expect($('.choices').getAttribute('aria-label')).toBe('Варианты ответа');
  const [yes, no] = view.host.shadowRoot?.querySelectorAll<HTMLButtonElement>('.choices button') ?? [];
  expect([yes?.textContent, no?.textContent]).toEqual(['Приду', 'Не приду']);
  clinic.losesAnswers = true;
  no?.focus();
  no?.click();
  no?.click();
  expect($('.choices')).toBeNull();
  expect(focused().tagName).toBe('TEXTAREA');
  clinic.losesAnswers = false;
  await vi.waitFor(() => expect(client.conversation.drafts).toEqual([]));
  const question = clinic.lines.find(({ text }) => text === 'Вы придёте?');
  expect(clinic.received.slice(1)).toMatchObject([{ text: 'Не приду', choiceOf: question?.messageId }]);
});

it('shows no buttons under what was answered before, in another tab too', async () => {
  clinic.settings.consentTextVersion = null;
  await client.load();
  client.send('Здравствуйте', [], {});
  await vi.waitFor(() => expect(client.connection).toBe('connected'));
  clinic.answer('Вы придёте?', ['Приду', 'Не приду']);
  await vi.waitFor(() => expect(client.conversation.lines.length).toBe(2));
  const question = client.conversation.lines[1] as Line;
  const otherTab = new Client(clinic.around(new Map([['token', clinic.token]])));
  otherTab.resume();
  await vi.waitFor(() => expect(otherTab.conversation.lines.length).toBe(2));
  client.choose(question, 0);
  otherTab.choose(question, 0);
  const posted = () => clinic.requests.filter((request) => request === 'POST /widget/demo/messages').length;
  await vi.waitFor(() => expect(posted()).toBe(3));
  await vi.waitFor(() => expect(otherTab.conversation.drafts).toEqual([]));
  expect(clinic.received.map(({ choiceOf }) => choiceOf)).toEqual([undefined, question.messageId]);
  view.open();
  expect($('.log').textContent).toContain('Вы придёте?');
  expect($('.choices')).toBeNull();
});
