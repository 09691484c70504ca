import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, signIn, test } from './desk';
import { type OwnHub, program, startHub, withoutTelegram } from './own-hub';

/** A hub of this test's own, before a MIS that is not ours. */
const peer = join(__dirname, '../peers/fhir');
const person = { name: 'Щеглова Кира Игоревна', phone: '+79001112233', born: '1987-03-14' };

let mis = '';
let server: ChildProcess | undefined;
let hub: OwnHub | undefined;

async function create(resource: { resourceType: string; [field: string]: unknown }): Promise<string> {
  const answer = await fetch(`${mis}/${resource.resourceType}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

/** One doctor, three days of visits, one patient. */
async function fill() {
  const location = await create({ resourceType: 'Location', name: 'Клиника на Лесной' });
  const practitioner = await create({
    resourceType: 'Practitioner',
    active: true,
    name: [{ family: 'Громова', given: ['Елена', 'Петровна'] }],
  });
  const schedule = await create({
    resourceType: 'Schedule',
    active: true,
    specialty: [{ text: 'Терапевт' }],
    actor: [{ reference: `Practitioner/${practitioner}` }, { reference: `Location/${location}` }],
  });
  for (let day = 1; day <= 3; day++) {
    for (const time of ['10:00', '12:00', '15:30']) {
      const date = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10);
      const start = new Date(`${date}T${time}:00+03:00`);
      await create({
        resourceType: 'Slot',
        schedule: { reference: `Schedule/${schedule}` },
        status: 'free',
        start: start.toISOString(),
        end: new Date(start.getTime() + 1_800_000).toISOString(),
      });
    }
  }
  const [family, given, patronymic] = person.name.split(' ');
  return create({
    resourceType: 'Patient',
    active: true,
    name: [{ family, given: [given, patronymic] }],
    birthDate: person.born,
    telecom: [{ system: 'phone', value: person.phone }],
  });
}

async function visitsOf(patient: string) {
  const found = await fetch(`${mis}/Appointment?patient=Patient/${patient}`);
  const { entry = [] } = (await found.json()) as { entry?: { resource: { status: string; start: string } }[] };
  return entry.map(({ resource }) => resource);
}

test.beforeAll(async () => {
  test.skip(!program, 'needs a published hub: MEDCRM_HUB is not set');
  server = spawn('node', ['server.mjs'], { cwd: peer, env: { ...process.env, FORCE_COLOR: '0' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) => server?.stdout?.once('data', (line) => resolve(String(line).trim())));
  mis = `http://127.0.0.1:${port}/e2e/fhir`;
});

test.afterAll(async () => {
  await hub?.stop();
  server?.kill('SIGTERM');
});

const settings = {
  ...withoutTelegram,
  Demo__Enabled: 'true',
  Demo__Password: process.env.MEDCRM_PASSWORD,
  Mis__Adapter: 'Fhir',
  Connectors__Website__Forms__demo__Key: 'demo',
  Connectors__WebChat__Chats__demo__Key: 'demo',
  Connectors__WebChat__Chats__demo__ConsentTextVersion: 'demo-1',
  Connectors__WebChat__Chats__demo__OfflineForm: 'demo',
};

const pane = (page: Page) => page.getByRole('complementary', { name: 'Контакт' });

test('a message in the chat becomes a visit in a FHIR server by keys, and the visitor reads so', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const patient = await fill();
  hub = await startHub([], { ...settings, Mis__Fhir__Url: mis });

  const visitor = await (await browser.newContext()).newPage();
  await visitor.goto(`${hub.url}/widget/demo.html`);
  await visitor.getByRole('button', { name: /Открыть чат/ }).click();
  await visitor.getByLabel(/^Имя/).fill(person.name);
  await visitor.getByLabel(/^Телефон/).fill(person.phone);
  await visitor.getByLabel('Даю согласие на обработку персональных данных').check();
  await visitor.getByLabel('Сообщение').fill('Запишите меня к терапевту, пожалуйста.');
  await visitor.keyboard.press('Enter');

  await signIn(page, 'manager', `${hub.url}/`);
  await page.getByRole('option').filter({ hasText: 'Запишите меня к терапевту' }).click();
  await expect(pane(page)).toContainText(/совпал|Карта найдена|Подтверждено/, { timeout: 30_000 });
  const unlink = pane(page).getByRole('button', { name: 'Отвязать карту' });
  if (await unlink.isHidden()) await page.keyboard.press('y');
  await expect(unlink).toBeVisible();

  await page.keyboard.press('b');
  const slots = pane(page).getByRole('listbox', { name: 'Свободное время' }).getByRole('option');
  await expect(slots.first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('ArrowDown');
  const chosen = /\d\d:\d\d/.exec(await slots.and(page.locator('[aria-selected=true]')).innerText())?.[0] ?? '';
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await page.keyboard.press('Enter');
  const visit = pane(page).getByRole('list', { name: 'Визиты пациента' }).getByRole('listitem');
  await expect(visit).toContainText('записан', { timeout: 30_000 });
  await expect(visit).toContainText('сошлось с МИС');
  await expect(visitor.getByRole('log')).toContainText('Запись подтверждена', { timeout: 30_000 });
  await expectAccessible(page);
  if (process.env.MEDCRM_SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.MEDCRM_SCREENSHOTS}/fhir-window.png` });
    await visitor.screenshot({ path: `${process.env.MEDCRM_SCREENSHOTS}/fhir-visitor.png` });
  }

  const standing = await visitsOf(patient);
  expect(standing).toHaveLength(1);
  expect(standing[0]?.status).toBe('booked');
  const moscow = new Intl.DateTimeFormat('ru-RU', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Moscow' });
  expect(moscow.format(new Date(standing[0]?.start ?? 0))).toBe(chosen);
  await visitor.context().close();
});
