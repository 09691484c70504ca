// A real window in a real browser: notes when each person's row was first in its store.
// usage: window.mjs ADDRESS USER, the password in PASSWORD; says "ready", ends with its input, then prints {mail address or name: unix ms}.
import { createRequire } from 'node:module';

const [address, user, packages] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1366, height: 650 } });
await page.addInitScript(() => {
  localStorage.setItem('medcrm.probe', '1');
  window.shownAt = {};
});
await page.goto(address);
await page.getByLabel('Имя пользователя').fill(user);
await page.getByLabel('Пароль', { exact: true }).fill(process.env.PASSWORD);
await page.getByRole('button', { name: 'Войти' }).click();
await page.getByRole('navigation', { name: 'Основная навигация' }).waitFor();
await page.waitForFunction(() => window.medcrmProbe !== undefined);
await page.evaluate(() => window.medcrmProbe.onRow((row) => {
  const person = row.contact.email ?? row.contact.name;
  if (person) window.shownAt[person] ??= Date.now();
}));
console.log('ready');
for await (const _ of process.stdin);
console.log(JSON.stringify(await page.evaluate(() => window.shownAt)));
await browser.close();
