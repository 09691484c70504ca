import { expect, expectAccessible, openRequestOf, signIn, somebody, submitForm, test } from './desk';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('sign-in', async ({ page }) => {
      await page.goto('/sign-in');
      await expect(page.getByRole('button', { name: 'Войти' })).toBeVisible();
      await expectAccessible(page);
    });

    test('queue, open request, dialogs', async ({ page, request }) => {
      const anna = somebody();
      await signIn(page);
      await submitForm(request, anna);
      await expect(page.getByRole('option').first()).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel('Имя, телефон, №, текст').fill('такого точно нет');
      await expect(page.getByText('Ничего не нашлось')).toBeVisible();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Сбросить поиск' }).click();

      await openRequestOf(page, anna);
      await expectAccessible(page);
      await page.keyboard.press('n');
      await page.getByLabel('Текст заметки').fill('Заметка');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      for (const key of ['e', 's', 'Shift+Slash']) {
        await page.keyboard.press(key);
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toBeHidden();
      }
      await page.keyboard.press('a');
      await expect(page.getByRole('menu')).toBeVisible();
      await expectAccessible(page);
    });

    test('empty queue', async ({ page }) => {
      await page.route('**/api/requests?*', (route) => route.fulfill({ json: { items: [], next: null } }));
      await signIn(page);
      await expect(page.getByText('Все обращения разобраны')).toBeVisible();
      await expectAccessible(page);
    });

    test('channels', async ({ page }) => {
      const item = { connector: 'email', since: '2026-11-23T05:00:00Z', lastMessageAt: '2026-11-23T05:00:00Z' };
      await page.route('**/api/channels', (route) =>
        route.fulfill({
          json: {
            items: [
              { ...item, channel: 'email/info', state: 'connected', lagSeconds: 0, queue: 2 },
              { ...item, channel: 'email/spare', state: 'refused', lagSeconds: 4000, queue: 0, error: 'IMAP refused the password' },
            ],
            silent: ['website'],
          },
        }),
      );
      await signIn(page, 'admin');
      await page.getByRole('link', { name: 'Каналы', exact: true }).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Каналы' })).toBeVisible();
      await expect(page.getByText('не пускают', { exact: true })).toBeVisible();
      await expect(page.getByText('Не отвечают: Сайт')).toBeVisible();
      await page.mouse.move(700, 500);
      await expectAccessible(page);
    });

    test('quarantine', async ({ page, request }) => {
      await request.post('/forms/demo', { data: Buffer.from('{"name":'), headers: { 'content-type': 'application/json' } });
      await signIn(page);
      await page.getByRole('link', { name: 'Карантин' }).click();
      await expect(page.getByRole('heading', { name: 'Карантин' })).toBeVisible();
      await expect(page.getByRole('link', { name: /Скачать/ }).first()).toBeVisible();
      await page.mouse.move(700, 500); // off the link, whose tooltip is half-faded for a moment
      await expectAccessible(page);
    });
  });
}
