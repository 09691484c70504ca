import { describe, expect, it, vi } from 'vitest';
import { Client, pauseAfter } from '../client';
import { Clinic } from './clinic';

const textsOf = (client: Client) => client.conversation.lines.map(({ text }) => text);
const settled = (client: Client) =>
  vi.waitFor(() => expect(client.conversation.drafts.filter(({ state }) => state !== 'sent')).toEqual([]));

describe('a visitor who writes', () => {
  it('asks the server for nothing but the settings until she does', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    await client.load();
    expect(client.resume()).toBe(false);
    expect(clinic.requests).toEqual(['GET /widget/demo/settings']);
  });

  it('brings her name, page and consent with the first message only', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    await client.load();
    expect(client.needsConsent).toBe(true);
    client.send('Раз', [], { name: 'Анна', consent: { given: true, textVersion: '2026-01' } });
    client.send('Два', [], {});
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['Раз', 'Два']));
    expect(client.needsConsent).toBe(false);
    expect(clinic.received[0]).toMatchObject({
      name: 'Анна',
      page: 'https://clinic.example/',
      consent: { given: true, textVersion: '2026-01' },
    });
    expect(clinic.received[1]).not.toHaveProperty('page');
  });

  it('is heard once, though the answers of the network get lost', async () => {
    const clinic = new Clinic();
    clinic.losesAnswers = clinic.losesPushes = true;
    const client = new Client(clinic.around());
    client.send('Один раз', [], {});
    await vi.waitFor(() => expect(clinic.requests.filter((request) => request.endsWith('/messages')).length).toBeGreaterThan(2));
    clinic.losesAnswers = false;
    await settled(client);
    expect(clinic.received.length).toBe(1);
    expect(client.conversation.drafts.map(({ state }) => state)).toEqual(['sent']);
  });

  it('is heard in the order of writing after the network was away', async () => {
    const clinic = new Clinic();
    clinic.isDown = true;
    const client = new Client(clinic.around());
    for (const text of ['Раз', 'Два', 'Три']) client.send(text, [], {});
    await vi.waitFor(() => expect(client.conversation.drafts[0]?.state).toBe('waiting'));
    clinic.isDown = false;
    await settled(client);
    expect(clinic.received.map(({ text }) => text)).toEqual(['Раз', 'Два', 'Три']);
  });

  it('keeps unsent words over a reload, and the conversation', async () => {
    const clinic = new Clinic();
    const [lasting, passing] = [new Map<string, string>(), new Map<string, string>()];
    const before = new Client(clinic.around(lasting, passing));
    before.send('Дошло', [], {});
    await settled(before);
    clinic.isDown = true;
    before.send('Не дошло', [], {});
    clinic.answer('Ответ, пока её не было');
    await vi.waitFor(() => expect(before.conversation.drafts.length).toBe(1));

    clinic.isDown = false;
    const after = new Client(clinic.around(lasting, passing));
    expect(after.resume()).toBe(true);
    await vi.waitFor(() => expect(textsOf(after)).toEqual(['Дошло', 'Ответ, пока её не было', 'Не дошло']));
    expect(passing.get('drafts')).toBeUndefined();
  });

  it('begins anew where the clinic has forgotten her', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around(new Map([['token', 'expired']])));
    client.send('Снова я', [], {});
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['Снова я']));
    expect(clinic.received.length).toBe(1);
  });

  it('learns what was refused, and may take it back or try again', async () => {
    const clinic = new Clinic();
    clinic.refusesWith = { status: 413, title: 'chat.too-large' };
    const client = new Client(clinic.around());
    client.send('Снимок', [new File(['x'], 'снимок.png')], {});
    await vi.waitFor(() => expect(client.conversation.drafts[0]).toMatchObject({ state: 'failed', reason: 'chat.too-large' }));
    clinic.refusesWith = undefined;
    const [draft] = client.conversation.drafts;
    if (draft) client.retry(draft);
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['Снимок']));
  });
});

describe('answers', () => {
  it('are acknowledged as delivered, and as read only when they were in sight', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    client.send('Вопрос', [], {});
    await settled(client);
    await vi.waitFor(() => expect(client.connection).toBe('connected'));
    clinic.inSight = false;
    clinic.answer('Ответ');
    await vi.waitFor(() => expect(clinic.acknowledged).toEqual([[2, false]]));
    expect(client.conversation.unread).toBe(1);
    clinic.inSight = true;
    client.look();
    expect(clinic.acknowledged.at(-1)).toEqual([2, true]);
    expect(client.conversation.unread).toBe(0);
  });

  it('that were pushed past her are fetched when the next one shows the gap', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    client.send('Вопрос', [], {});
    await settled(client);
    await vi.waitFor(() => expect(client.connection).toBe('connected'));
    clinic.losesPushes = true;
    clinic.answer('Потерян');
    clinic.losesPushes = false;
    clinic.answer('Пришёл');
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['Вопрос', 'Потерян', 'Пришёл']));
  });

  it('are found after a reload, unread ones counted', async () => {
    const clinic = new Clinic();
    const lasting = new Map<string, string>();
    const before = new Client(clinic.around(lasting));
    before.send('Вопрос', [], {});
    await settled(before);
    clinic.inSight = false;
    clinic.answer('Ответ');
    const after = new Client(clinic.around(lasting));
    after.resume();
    await vi.waitFor(() => expect(textsOf(after)).toEqual(['Вопрос', 'Ответ']));
    expect(after.conversation.unread).toBe(1);
  });

  it('whose acknowledgement got lost are acknowledged when the line is back', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    client.send('Вопрос', [], {});
    await vi.waitFor(() => expect(client.connection).toBe('connected'));
    clinic.losesAcknowledgements = true;
    clinic.answer('Ответ');
    await vi.waitFor(() => expect(client.conversation.lines.length).toBe(2));
    clinic.losesAcknowledgements = false;
    clinic.reconnect();
    await vi.waitFor(() => expect(clinic.acknowledged).toEqual([[2, true]]));
  });

  it('show that they are being written, for a moment', async () => {
    const clinic = new Clinic();
    const client = new Client(clinic.around());
    client.send('Вопрос', [], {});
    await vi.waitFor(() => expect(client.connection).toBe('connected'));
    clinic.typing();
    expect(client.isTyping).toBe(true);
    await vi.waitFor(() => expect(client.isTyping).toBe(false));
  });
});

it('forgets on request, here and there', async () => {
  const clinic = new Clinic();
  const lasting = new Map<string, string>();
  const client = new Client(clinic.around(lasting));
  client.send('Забудьте', [], { consent: { given: true, textVersion: '2026-01' } });
  await settled(client);
  await client.forget();
  expect([...lasting.keys()]).toEqual([]);
  expect(client.conversation.isEmpty).toBe(true);
  expect(clinic.requests.at(-1)).toBe('DELETE /widget/demo/session');
});

it('waits longer with each failure, never in step with others', () => {
  expect(pauseAfter(1, 0)).toBe(800);
  expect(pauseAfter(4, 0.5)).toBe(10_000);
  expect(pauseAfter(99, 1)).toBeCloseTo(36_000);
});
