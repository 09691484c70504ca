import type { APIRequestContext, Page } from '@playwright/test';
import { colleague, expect, expectAccessible, rowOf, signIn, signInElsewhere, somebody, submitForm, test } from './desk';

const telegram = process.env.MEDCRM_TELEGRAM_URL;
const token = process.env.MEDCRM_TELEGRAM_TOKEN ?? '';

interface Patient {
  id: string;
  name: string;
  phones: string[];
}

/** Somebody the demo clinic knows; every test takes another, so that none meets the visits of another. */
async function patientOf(page: Page, family: string): Promise<Patient> {
  const found = await page.request.get(`/api/patients?q=${encodeURIComponent(family)}`);
  const { items } = (await found.json()) as { items: Patient[] };
  const patient = items.find((each) => each.phones.length > 0);
  expect(patient, `the demo clinic has a ${family}`).toBeTruthy();
  return patient as Patient;
}

const pane = (page: Page) => page.getByRole('complementary', { name: 'Контакт' });
const wish = (page: Page) => pane(page).getByRole('combobox', { name: 'Куда и когда записать' });
const slots = (page: Page) => pane(page).getByRole('listbox', { name: 'Свободное время' }).getByRole('option');

/** The patient writes by the clinic's form, and the manager links the card with one key. */
async function openKnown(page: Page, request: APIRequestContext, patient: Patient) {
  const [family, given] = patient.name.split(' ');
  const submission = somebody({ name: `${given} ${family}`, phone: patient.phones[0] ?? '' });
  await submitForm(request, submission);
  await page
    .getByRole('option')
    .filter({ hasText: submission.message.slice(0, 40) })
    .filter({ hasText: `${given} ${family}` })
    .first()
    .click();
  await expect(page.getByRole('log')).toContainText(submission.message);
  await link(page);
  return submission;
}

/** Linked by one key, unless the person was certain or linked before. */
async function link(page: Page) {
  await expect(pane(page)).toContainText(/совпал телефон|Карта найдена|Подтверждено/);
  const unlink = pane(page).getByRole('button', { name: 'Отвязать карту' });
  if (await unlink.isHidden()) await page.keyboard.press('y');
  await expect(unlink).toBeVisible();
}

test('by keys alone: words, a slot, Enter holds, Enter books; the patient is told, and the timeline shows it', async ({
  page,
  request,
}) => {
  await signIn(page);
  await openKnown(page, request, await patientOf(page, 'Алексеев'));
  await page.keyboard.press('b');
  await expect(wish(page)).toBeFocused();
  await page.keyboard.type('к терапевту');
  await expect(pane(page).getByText(/Понято: .*ерапевт/)).toBeVisible();
  await expect(slots(page).first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('ArrowDown');
  const chosen = slots(page).and(page.locator('[aria-selected=true]'));
  const when = /\d\d:\d\d/.exec(await chosen.innerText())?.[0] ?? '';
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Enter');

  const visit = pane(page).getByRole('list', { name: 'Визиты пациента' }).getByRole('listitem');
  await expect(visit).toContainText('записан', { timeout: 20_000 });
  await expect(visit).toContainText(when);
  await expect(visit).toContainText('сошлось с МИС');
  await expect(page.getByRole('log')).toContainText(`Записан на приём`, { timeout: 20_000 });
  await expect(page.getByRole('article').filter({ hasText: 'Запись подтверждена' })).toContainText(when, { timeout: 20_000 });
  await expectAccessible(page);
  if (process.env.MEDCRM_BOOKING_SCREENSHOT) await page.screenshot({ path: process.env.MEDCRM_BOOKING_SCREENSHOT });
});

test('a message in Telegram becomes a visit, and the answer of the clinic arrives there', async ({ page, request }) => {
  test.skip(!telegram, 'needs tests/peers/Telegram: MEDCRM_TELEGRAM_URL is not set');
  await signIn(page);
  const patient = await patientOf(page, 'Попов');
  const [family, given] = patient.name.split(' ');
  const user = 8_000_000_000 + (Date.now() % 1_000_000_000);
  const name = `${given} ${family}`;
  const text = `Запишите, пожалуйста, к врачу. ${Date.now().toString(36)}`;
  const write = (content: object) =>
    request.post(`${telegram}/try/${encodeURIComponent(token)}`, { data: { user, name, kind: 'message', content } });
  expect((await write({ text })).ok()).toBe(true);
  await page.getByRole('option').filter({ hasText: text }).click();
  expect((await write({ contact: { phone_number: patient.phones[0]?.slice(1), first_name: given, user_id: user } })).ok()).toBe(true);
  await link(page);
  await page.keyboard.press('b');
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByRole('list', { name: 'Визиты пациента' })).toContainText('записан', { timeout: 20_000 });
  await expect
    .poll(
      async () =>
        ((await (await request.get(`${telegram}/try/sent/${user}`)).json()) as { text: string }[]).map((each) => each.text).join('\n'),
      {
        timeout: 30_000,
      },
    )
    .toContain('Запись подтверждена');
});

test('a colleague sees who holds a slot, and gets it once it is let go', async ({ page, browser, request }) => {
  await signIn(page);
  await openKnown(page, request, await patientOf(page, 'Васильев'));
  const other = await signInElsewhere(browser, colleague, new URL(page.url()).pathname);
  await expect(pane(other).getByRole('button', { name: /^Записать/ })).toBeVisible();
  await other.keyboard.press('b');
  await expect(slots(other).first()).toBeVisible();
  await page.keyboard.press('b');
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  const me = await page.evaluate(async () => (await (await fetch('/api/session')).json()).user.name as string);
  await expect(slots(other).filter({ hasText: `держит ${me}` })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(slots(other).filter({ hasText: `держит ${me}` })).toHaveCount(0);
  await other.context().close();
});

test('whoever comes back to a held slot goes on where they were, and a move stays a move', async ({ page, request }) => {
  await signIn(page);
  const other = somebody();
  await submitForm(request, other);
  const submission = await openKnown(page, request, await patientOf(page, 'Морозов'));
  const back = new URL(page.url()).pathname;
  const lookElsewhere = async () => {
    await rowOf(page, other).click();
    await expect(page.getByRole('log')).toContainText(other.message);
    await page
      .getByRole('option')
      .filter({ hasText: submission.message.slice(0, 40) })
      .filter({ hasText: submission.name })
      .first()
      .click();
    await expect(page).toHaveURL(back);
    await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  };
  await page.keyboard.press('b');
  await page.keyboard.type('к терапевту');
  await expect(pane(page).getByText(/Понято: .*ерапевт/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await lookElsewhere();
  await pane(page)
    .getByRole('button', { name: /Отпустить/ })
    .click();
  await expect(wish(page)).toBeFocused();
  await expect(wish(page)).toHaveValue('к терапевту');
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await page.keyboard.press('Enter');
  const visits = pane(page).getByRole('list', { name: 'Визиты пациента' }).getByRole('listitem');
  await expect(visits).toContainText('записан', { timeout: 20_000 });

  await visits.getByRole('button', { name: 'Перенести' }).click();
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await lookElsewhere();
  await pane(page)
    .getByRole('button', { name: /Перенести сюда/ })
    .click();
  await expect(page.getByRole('log')).toContainText('Визит перенесён', { timeout: 20_000 });
  await expect(visits).toHaveCount(1);
});

test('a visit is moved, confirmed and cancelled with a reason', async ({ page, request }) => {
  await signIn(page);
  await openKnown(page, request, await patientOf(page, 'Соколов'));
  const visits = pane(page).getByRole('list', { name: 'Визиты пациента' });
  await page.keyboard.press('b');
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(pane(page).getByText(/Держим для вас ещё/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(visits).toContainText('записан', { timeout: 20_000 });

  await visits.getByRole('button', { name: 'Перенести' }).click();
  await expect(slots(page).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await pane(page)
    .getByRole('button', { name: /Перенести сюда/ })
    .click();
  await expect(page.getByRole('log')).toContainText('Визит перенесён', { timeout: 20_000 });
  await visits.getByRole('button', { name: 'Придёт' }).click();
  await expect(visits).toContainText('подтвердил');
  await visits.getByRole('button', { name: 'Отменить' }).click();
  await page.keyboard.type('Заболела');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('Визит отменён', { timeout: 20_000 });
  await expect(pane(page).getByRole('button', { name: /Прошедшие и отменённые/ })).toBeVisible();
});
