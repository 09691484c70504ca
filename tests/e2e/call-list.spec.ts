import type { Page } from '@playwright/test';
import { expect, expectAccessible, signIn, somebody, submitForm, test } from './desk';

const kovaleva = { id: '0197b2f0-0000-7000-8000-00000000000a', name: 'Ковалёва Анна' };

/** A day of the clinic that no test can wait for: reminded long ago, silent since. The list is kept as the server keeps it; tests/MedCrm.Integration.Tests asks the real one. */
async function dayOfCalls(page: Page, requestId: string) {
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
  const slot = (start: number) => ({
    slotId: `s${start}`,
    practitionerId: '1',
    practitionerName: 'Врачёва Ольга Петровна',
    locationId: '1',
    locationName: 'Клиника на Ленина',
    start: hours(start),
    end: hours(start + 1),
    timeZone: 'Europe/Moscow',
  });
  const entry = (id: string, reason: string, start: number, more: object = {}) => ({
    id,
    reason,
    appointmentId: '0197b2f0-0000-7000-8000-0000000000f1',
    requestId,
    patientId: id,
    patientName: `Звонкова Мария ${id}`,
    phones: ['+79001112233'],
    slot: slot(start),
    listedAt: hours(-1),
    takenBy: null,
    takenUntil: null,
    callAt: null as string | null,
    tries: 0,
    result: null,
    doneAt: null,
    doneBy: null,
    ...more,
  });
  let items: ReturnType<typeof entry>[] = [
    entry('1', 'silent', 14),
    entry('2', 'cancelAsked', 17),
    entry('3', 'noShow', -5),
    entry('4', 'noChannel', 30, { takenBy: kovaleva, takenUntil: hours(0.25) }),
    entry('5', 'silent', 40, { tries: 2, callAt: hours(3) }),
  ];
  await page.route('**/api/call-list?*', (route) => route.fulfill({ json: { items } }));
  await page.route('**/api/call-list/*/*', (route) => {
    const [, id, verb] = /call-list\/(\d)\/(\w+)$/.exec(route.request().url()) ?? [];
    const found = items.find((each) => each.id === id);
    if (!found) return route.fulfill({ status: 404, json: { title: 'call-list.not-found' } });
    if (id === '2') return route.fulfill({ status: 409, json: { title: 'call-list.taken', takenBy: kovaleva } });
    const body = route.request().postDataJSON() as { until?: string; result?: string };
    const now = { ...found, ...(verb === 'later' ? { callAt: body.until ?? null, tries: found.tries + 1 } : {}) };
    items = verb === 'done' ? items.filter((each) => each !== found) : items.map((each) => (each === found ? now : each));
    return route.fulfill({ json: verb === 'done' ? { ...now, result: body.result, doneAt: hours(0) } : now });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`call list, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('by keys alone: who is called and why, the number, the result; and who was quicker is named', async ({
      page,
      request,
      context,
    }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const anna = somebody();
      await submitForm(request, anna);
      await signIn(page);
      const row = page.getByRole('option').filter({ hasText: anna.name });
      await row.click();
      const requestId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      await dayOfCalls(page, requestId);
      await page.keyboard.press('l');
      await expect(page).toHaveURL(/\/calls$/);
      const list = page.getByRole('listbox', { name: 'Список звонков' });
      const details = page.getByRole('region', { name: 'Кому звоним' });
      await expect(details.getByRole('heading')).toContainText('Звонкова Мария 3');
      await expect(details).toContainText('Пациент не пришёл на визит');
      await expectAccessible(page);

      await page.keyboard.press('j');
      await expect(details.getByRole('heading')).toContainText('Звонкова Мария 1');
      await details.getByRole('button', { name: 'Скопировать' }).click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('+79001112233');
      if (process.env.MEDCRM_LIST_SCREENSHOTS)
        await page.screenshot({ path: `${process.env.MEDCRM_LIST_SCREENSHOTS}/calls-${colorScheme}.png` });
      await page.keyboard.press('1');
      await expect(page.getByText('Записано: Звонкова Мария 1 придёт')).toBeVisible();
      await expect(list.getByRole('option').filter({ hasText: 'Мария 1' })).toHaveCount(0);

      await expect(details.getByRole('heading')).toContainText('Звонкова Мария 2');
      await page.keyboard.press('4');
      await expect(details.getByRole('group', { name: 'Когда позвонить ещё раз?' })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('1');
      await expect(page.getByText('Этому пациенту уже звонит Ковалёва Анна', { exact: true })).toBeVisible();
      await list.getByRole('option').filter({ hasText: 'Мария 4' }).click();
      await expect(details).toContainText('Ковалёва Анна сейчас звонит этому пациенту');
      await expect(details.getByRole('button', { name: /Придёт/ })).toBeDisabled();
      await expect(list.getByRole('option').last()).toContainText('перезвонить');
      await expectAccessible(page);

      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(requestId));
      await expect(page.getByRole('log')).toContainText(anna.message);
    });
  });
}

test('the call list of the server is read; an empty one says what it is for', async ({ page }) => {
  await signIn(page);
  const answer = page.waitForResponse('**/api/call-list?*');
  await page.getByRole('link', { name: 'Список звонков' }).click();
  const told = await answer;
  expect(told.status()).toBe(200);
  const { items } = (await told.json()) as { items: unknown[] };
  if (items.length > 0) await expect(page.getByRole('option')).not.toHaveCount(0);
  await page.route('**/api/call-list?*', (route) => route.fulfill({ json: { items: [] } }));
  await page.getByRole('button', { name: 'Обновить' }).click();
  await expect(page.getByText('Звонить некому')).toBeVisible();
  await page.mouse.move(700, 500); // off the link, whose tooltip is half-faded for a moment
  await expectAccessible(page);
});
