import { readFileSync } from 'node:fs';
import { type APIRequestContext, expect } from '@playwright/test';
import { signIn, test } from './desk';

// A strict Telegram of our own stands behind this (tests/peers/Telegram).
const telegram = process.env.MEDCRM_TELEGRAM_URL;
const token = process.env.MEDCRM_TELEGRAM_TOKEN ?? '';
const picture = readFileSync(`${__dirname}/../../docs/images/window.png`).toString('base64');

async function write(request: APIRequestContext, user: number, name: string, content: object, kind = 'message') {
  const response = await request.post(`${telegram}/try/${encodeURIComponent(token)}`, { data: { user, name, kind, content } });
  expect(response.ok()).toBe(true);
  return (await response.json()) as { message: { message_id: number; date: number } };
}

/** A second of a quiet tone: WAV, which every browser plays. */
function tone() {
  const rate = 8_000;
  const wav = Buffer.alloc(44 + rate);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + rate, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(rate, 40);
  for (let i = 0; i < rate; i++) wav[44 + i] = 128 + Math.round(40 * Math.sin((i * 2 * Math.PI * 440) / rate));
  return wav.toString('base64');
}

test('a conversation in Telegram: a picture and a voice in place, a rewritten message, an answer', async ({ page, request }) => {
  test.skip(!telegram, 'needs tests/peers/Telegram: MEDCRM_TELEGRAM_URL is not set');
  const user = 7_000_000_000 + (Date.now() % 1_000_000_000);
  const name = `Телеграмова Анна ${Date.now().toString(36)}`;
  await signIn(page);
  const { message } = await write(request, user, name, { text: 'Здравствуйте! Можно к терапевту в четверг в 10?' });
  const row = page.getByRole('option').filter({ hasText: name });
  await row.click();
  await expect(page.getByText(`Ответ в Telegram: ${name}`)).toBeVisible();

  await write(request, user, name, { photo: [{ width: 1366, height: 650, bytes: picture }], caption: 'Вот снимок' });
  const shown = page.getByRole('img', { name: 'Фото.jpg' });
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBeGreaterThan(100);

  await write(request, user, name, { voice: { duration: 1, mime_type: 'audio/ogg', bytes: tone() } });
  const voice = page.locator('audio');
  await expect(voice).toBeVisible();
  await expect.poll(() => voice.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeCloseTo(1, 1);

  await write(
    request,
    user,
    name,
    { message_id: message.message_id, edit_date: message.date + 60, text: 'Здравствуйте! Можно к терапевту в четверг в 11?' },
    'edited_message',
  );
  await expect(page.getByRole('log')).toContainText('в четверг в 11?');
  await page.getByRole('button', { name: /изменено/ }).click();
  await expect(page.getByRole('list', { name: 'Прежний текст' })).toContainText('в четверг в 10?');

  await page.getByLabel('Текст ответа').fill('Здравствуйте, Анна! Записали вас на четверг, 11:00.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('article').filter({ hasText: 'Записали вас на четверг' })).toContainText('отправлено', { timeout: 20_000 });
  const arrived = await (await request.get(`${telegram}/try/sent/${user}`)).json();
  expect(arrived.map((each: { text: string }) => each.text)).toContain('Здравствуйте, Анна! Записали вас на четверг, 11:00.');
  if (process.env.MEDCRM_SCREENSHOT) await page.screenshot({ path: process.env.MEDCRM_SCREENSHOT });
});
