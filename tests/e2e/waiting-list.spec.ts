import type { Page } from '@playwright/test';
import { colleague, expect, expectAccessible, signIn, signInElsewhere, somebody, submitForm, test } from './desk';

const pane = (page: Page) => page.getByRole('complementary', { name: 'Контакт' });

/** Somebody the demo clinic knows, who wrote by the form, linked to the card by one key. */
async function openKnown(page: Page, family: string) {
  const found = await page.request.get(`/api/patients?q=${encodeURIComponent(family)}`);
  const { items } = (await found.json()) as { items: { name: string; phones: string[] }[] };
  const patient = items.find((each) => each.phones.length > 0);
  expect(patient, `the demo clinic has a ${family}`).toBeTruthy();
  const [last, first] = (patient?.name ?? '').split(' ');
  const submission = somebody({
    name: `${first} ${last}`,
    phone: patient?.phones[0] ?? '',
    email: `waits.${Date.now().toString(36)}@patient.test`, // a mailbox of tests/peers/email
  });
  await submitForm(page.request, submission);
  await page
    .getByRole('option')
    .filter({ hasText: submission.message.slice(0, 40) })
    .filter({ hasText: submission.name })
    .first()
    .click();
  await expect(page.getByRole('log')).toContainText(submission.message);
  await expect(pane(page)).toContainText(/совпал телефон|Карта найдена|Подтверждено/);
  const unlink = pane(page).getByRole('button', { name: 'Отвязать карту' });
  if (await unlink.isHidden()) await page.keyboard.press('y');
  await expect(unlink).toBeVisible();
  return patient?.name ?? '';
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`waiting list, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('from the booking to the list, live for a colleague, and off it again', async ({ page, browser }) => {
      await signIn(page);
      const other = await signInElsewhere(browser, colleague, '/waiting');
      await expect(other.getByRole('heading', { name: 'Лист ожидания' })).toBeVisible();
      const name = await openKnown(page, colorScheme === 'light' ? 'Морозов' : 'Волков');
      await page.keyboard.press('b');
      await pane(page).getByRole('combobox', { name: 'Куда и когда записать' }).fill('к терапевту');
      await expect(pane(page).getByText(/Понято: .*ерапевт/)).toBeVisible();
      await pane(page).getByRole('button', { name: 'В лист ожидания' }).click();
      const form = pane(page).getByRole('form', { name: 'В лист ожидания' });
      // A day that the schedule does not reach yet: nothing can be offered.
      const far = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
      await form.getByLabel('С какого дня').fill(far);
      await form.getByLabel('По какой день').fill(far);
      await form.getByLabel('Не раньше').fill('17:00');
      await expectAccessible(page);
      await form.getByRole('button', { name: /Поставить в лист/ }).click();
      await expect(pane(page).getByRole('list', { name: 'Лист ожидания' })).toContainText('ждёт');

      const list = other.getByRole('listbox', { name: 'Лист ожидания' });
      await list.getByRole('option').filter({ hasText: name }).click();
      const details = other.getByRole('region', { name: 'Кто ждёт' });
      await expect(details).toContainText('после 17:00');
      await expectAccessible(other);
      await other.keyboard.press('3');
      await expect(list.getByRole('option').filter({ hasText: name })).toHaveCount(0);
      await expect(pane(page).getByRole('list', { name: 'Лист ожидания' })).toHaveCount(0);
      await other.context().close();
    });
  });
}

test('a free slot is offered to the one who waits, and booked for them by one key', async ({ page }) => {
  test.skip(!process.env.MEDCRM_MAIL_PORTS, 'offers go by mail: MEDCRM_MAIL_PORTS is not set');
  await signIn(page);
  const name = await openKnown(page, 'Лебедев');
  await page.keyboard.press('b');
  await pane(page).getByRole('combobox', { name: 'Куда и когда записать' }).fill('к терапевту');
  await expect(pane(page).getByText(/Понято: .*ерапевт/)).toBeVisible();
  await pane(page).getByRole('button', { name: 'В лист ожидания' }).click();
  await pane(page)
    .getByRole('button', { name: /Поставить в лист/ })
    .click();
  await page.getByRole('link', { name: 'Лист ожидания', exact: true }).first().click();
  const option = page.getByRole('listbox', { name: 'Лист ожидания' }).getByRole('option').filter({ hasText: name });
  await expect(option).toContainText('предложено время', { timeout: 40_000 });
  await option.click();
  const details = page.getByRole('region', { name: 'Кто ждёт' });
  await expect(details.getByRole('group', { name: 'Предложенное время' })).toBeVisible();
  await page.mouse.move(700, 600);
  await expectAccessible(page);
  if (process.env.MEDCRM_LIST_SCREENSHOTS) await page.screenshot({ path: `${process.env.MEDCRM_LIST_SCREENSHOTS}/waiting-offer.png` });
  await page.keyboard.press('1');
  await expect(page.getByText(/^Записали: /)).toBeVisible({ timeout: 20_000 });
  await expect(option).toHaveCount(0);
});
