import { expect, expectAccessible, openRequestOf, signIn, somebody, submitForm, test } from './desk';

test('R and on: no letter typed in the same breath is lost, or taken for a shortcut', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await page.getByRole('heading', { level: 2 }).first().click(); // off the list: nothing holds the focus
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toBeFocused();
  // Both in one turn of the browser: as fast as a hand can be.
  await page.evaluate(() => {
    const press = (key: string, code: string) =>
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
    press('к', 'KeyR');
    press('д', 'KeyL');
  });
  await expect(page.getByLabel('Текст ответа')).toBeFocused();
  await expect(page).toHaveURL(/\/requests\//);
  await page.keyboard.press('Escape');
  // «?» of ЙЦУКЕН.
  await page.keyboard.press('Shift+Digit7');
  await expect(page.getByRole('dialog', { name: 'Сочетания клавиш' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`unsent, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('an answer that has not left is in sight on every page, and leaves by itself', async ({ page, request }) => {
      const anna = somebody();
      await signIn(page);
      await submitForm(request, anna);
      await openRequestOf(page, anna);
      await page.keyboard.press('t');
      await expect(page.getByText('теперь ваше')).toBeVisible();
      await page.route('**/api/conversations/*/messages', (route) => route.fulfill({ status: 503, json: { title: 'http.503' } }));
      await page.keyboard.press('r');
      await page.keyboard.type('Ждём вас завтра.');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByText('Не отправлено: сервер не ответил')).toBeVisible();
      await page.keyboard.press('Escape');
      await page.keyboard.press('l');
      const unsent = page.getByRole('region', { name: 'Ответы не отправлены' });
      await expect(unsent.getByRole('link', { name: anna.name })).toBeVisible();
      await page.mouse.move(700, 400);
      await expectAccessible(page);
      if (process.env.MEDCRM_SCREENSHOTS) await page.screenshot({ path: `${process.env.MEDCRM_SCREENSHOTS}/unsent-${colorScheme}.png` });
      // It is tried again meanwhile, and neither the strip nor the focus on it may blink.
      await unsent.getByRole('link', { name: anna.name }).focus();
      await page.waitForResponse('**/api/conversations/*/messages', { timeout: 20_000 });
      await expect(unsent.getByRole('link', { name: anna.name })).toBeFocused();
      await page.unroute('**/api/conversations/*/messages');
      await expect(unsent).toBeHidden({ timeout: 20_000 });
      await page.keyboard.press('i');
      await openRequestOf(page, anna);
      await expect(page.getByRole('log').getByText('Ждём вас завтра.')).toHaveCount(1);
      await expect(page.getByRole('log')).not.toContainText('Не отправлено');
    });
  });
}

test('a pane that could not be read is read again by itself; what is known stays meanwhile, and is said to be old', async ({
  page,
  request,
}) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await page.route('**/api/contacts/**', (route) => route.fulfill({ status: 503, json: { title: 'http.503' } }));
  await openRequestOf(page, anna);
  await expect(page.getByText('Не удалось загрузить сведения')).toBeVisible({ timeout: 15_000 });
  await page.unroute('**/api/contacts/**');
  await expect(page.getByRole('complementary', { name: 'Контакт' }).getByText('Найти пациента')).toBeVisible({ timeout: 20_000 });

  await page.route('**/timeline*', (route) => route.fulfill({ status: 503, json: { title: 'http.503' } }));
  await page.keyboard.press('t');
  await expect(page.getByText('новые сообщения здесь могут быть не видны')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('log')).toContainText(anna.message);
  await page.unroute('**/timeline*');
  await expect(page.getByText('новые сообщения здесь могут быть не видны')).toBeHidden({ timeout: 20_000 });
  await expect(page.getByRole('log')).toContainText('Взято в работу');
});
