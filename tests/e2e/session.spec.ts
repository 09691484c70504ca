import { colleague, expect, expectAccessible, openRequestOf, signIn, somebody, submitForm, test } from './desk';

test('a wrong password is refused in words', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('Имя пользователя').fill('nobody');
  await page.getByLabel('Пароль', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Войти' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'не подошли' })).toBeVisible();
});

test('signing in opens the queue, signing out closes it', async ({ page }) => {
  await signIn(page, undefined, '/sign-in');
  await expect(page.getByRole('region', { name: 'Очередь обращений' })).toBeVisible();
  await page.getByRole('button', { name: 'Выйти' }).click();
  await expect(page.getByRole('heading', { name: 'Вход' })).toBeVisible();
});

test('a session that ended asks again over the page and keeps the draft', async ({ page, context, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await page.getByLabel('Текст ответа').fill('Черновик, который нельзя потерять');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Взять', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Сессия закончилась' });
  await dialog.getByLabel('Пароль', { exact: true }).fill(process.env.MEDCRM_PASSWORD ?? '');
  await dialog.getByRole('button', { name: 'Войти', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel('Текст ответа')).toHaveValue('Черновик, который нельзя потерять');
});

test('whoever signs out while an answer has not left is asked first, and finds its text in the field when it is not to leave', async ({
  page,
  request,
}) => {
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
  await expect(page.getByText('Повторяем сами')).toBeVisible();
  await page.getByRole('button', { name: 'Выйти' }).click();
  const question = page.getByRole('dialog', { name: 'Не всё отправлено' });
  await expect(question.getByRole('button', { name: 'Остаться' })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await page.getByRole('button', { name: 'Не отправлять' }).click();
  await expect(page.getByLabel('Текст ответа')).toHaveValue('Ждём вас завтра.');
  await page.getByRole('button', { name: 'Выйти' }).click();
  await expect(page.getByRole('heading', { name: 'Вход' })).toBeVisible();
});

test('a colleague who signs in from another tab takes nothing over: the answer waits for whoever wrote it', async ({
  page,
  context,
  request,
}) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await page.keyboard.press('t');
  await expect(page.getByText('теперь ваше')).toBeVisible();
  const author = await page.evaluate(async () => (await (await fetch('/api/session')).json()).user.name as string);
  await page.route('**/api/conversations/*/messages', (route) => route.fulfill({ status: 503, json: { title: 'http.503' } }));
  await page.keyboard.press('r');
  await page.keyboard.type('Ждём вас завтра.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Повторяем сами')).toBeVisible();

  const tab = await context.newPage();
  await tab.goto('/');
  await tab.getByRole('button', { name: 'Выйти' }).click();
  await signIn(tab, colleague);
  await page.unroute('**/api/conversations/*/messages');
  const dialog = page.getByRole('dialog', { name: 'Сессия закончилась' });
  await expect(dialog).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('log')).toContainText('Повторяем сами');

  await dialog.getByLabel('Пароль', { exact: true }).fill(process.env.MEDCRM_PASSWORD ?? '');
  await dialog.getByRole('button', { name: 'Войти', exact: true }).click();
  await expect(dialog).toBeHidden();
  const reply = page.getByRole('log').getByRole('article').filter({ hasText: 'Ждём вас завтра.' });
  await expect(reply).not.toContainText('Не отправлено', { timeout: 20_000 });
  await page.reload();
  await expect(reply).toHaveCount(1);
  await expect(reply).toContainText(author);
});
