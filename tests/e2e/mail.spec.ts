import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, signIn, somebody, test } from './desk';

// A real Postfix and Dovecot stand behind this; every address at patient.test is a mailbox with the password "pw".
const ports = process.env.MEDCRM_MAIL_PORTS;
const curl = promisify(execFile);

async function sendMail(from: string, subject: string, text: string, headers: string[] = []) {
  const mail = [
    `From: ${encoded('Анна Проверкина')} <${from}>`,
    'To: info@clinic.test',
    `Subject: ${encoded(subject)}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${Date.now()}.${Math.random().toString(36).slice(2)}@patient.test>`,
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(text).toString('base64'),
    '',
  ].join('\r\n');
  const sending = curl('curl', [
    ...['--silent', '--show-error', '--url', `smtp://127.0.0.1:${Number(ports) + 25}`],
    ...['--mail-from', from, '--mail-rcpt', 'info@clinic.test', '--upload-file', '-'],
  ]);
  sending.child.stdin?.end(mail);
  await sending;
}

/** The newest mail in somebody's mailbox; empty while there is none. */
async function newestMail(address: string) {
  try {
    const { stdout } = await curl('curl', [
      ...['--silent', '--user', `${address}:pw`, `imap://127.0.0.1:${Number(ports) + 143}/INBOX;MAILINDEX=*`],
    ]);
    return stdout;
  } catch {
    return '';
  }
}

const encoded = (text: string) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

const header = (mail: string, name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(mail)?.[1]?.trim() ?? '';

test('a mail becomes a request, its answer reaches the mailbox in the thread, and the reply comes back into it', async ({ page }) => {
  test.skip(!ports, 'needs the mail servers of tests/peers/email (root): MEDCRM_MAIL_PORTS is not set');
  const { message } = somebody();
  const address = `anna.${Date.now().toString(36)}@patient.test`;
  const subject = `Запись к кардиологу ${Date.now().toString(36)}`;
  await signIn(page);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));

  await sendMail(address, subject, message);
  const row = page.getByRole('option').filter({ hasText: subject });
  await expect(row).toBeVisible({ timeout: 20_000 });
  await row.click();
  await expect(page.getByText(`Ответ письмом на ${address}`)).toBeVisible();
  await page.keyboard.press('r');
  await page.getByLabel('Текст ответа').fill('Здравствуйте, Анна! Ждём вас в четверг в 18:30.');
  await page.keyboard.press('Control+Enter');
  const answer = page.getByRole('article').filter({ hasText: 'Ждём вас в четверг' });
  await expect(answer).toContainText('отправлено', { ignoreCase: true, timeout: 20_000 });

  await expect.poll(() => newestMail(address), { timeout: 20_000 }).toContain('Content-Type');
  const received = await newestMail(address);
  const id = header(received, 'Message-Id');
  expect(header(received, 'In-Reply-To')).toContain('@patient.test');

  await sendMail(address, `Re: ${subject}`, 'Спасибо, буду.', [`In-Reply-To: ${id}`, `References: ${id}`]);
  await expect(page.getByRole('article').filter({ hasText: 'Спасибо, буду.' })).toBeVisible({ timeout: 20_000 });
  await expect(row).toHaveCount(1);
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});

test('an answer to a form reaches the mailbox the visitor left; one that bounces says so', async ({ page, request }) => {
  test.skip(!ports, 'needs the mail servers of tests/peers/email (root): MEDCRM_MAIL_PORTS is not set');
  await signIn(page);
  const mark = Date.now().toString(36);
  for (const [email, outcome] of [
    [`form.${mark}@patient.test`, 'отправлено'],
    [`nobody.${mark}@bounce.test`, 'не доставлено'],
  ] as const) {
    const visitor = somebody({ email });
    await request.post('/forms/demo', { data: { ...visitor, consent: true } });
    await page.getByRole('option').filter({ hasText: visitor.name }).click();
    await page.keyboard.press('r');
    await page.getByLabel('Текст ответа').fill('Здравствуйте! Подойдёт среда, 18:20?');
    await page.keyboard.press('Control+Enter');
    const answer = page.getByRole('article').filter({ hasText: 'Подойдёт среда' });
    await expect(answer).toContainText(outcome, { ignoreCase: true, timeout: 30_000 });
    await page.getByLabel('Текст ответа').press('Escape');
  }
  await expect.poll(() => newestMail(`form.${mark}@patient.test`), { timeout: 20_000 }).toContain('Content-Type');
});
