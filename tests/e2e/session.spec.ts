import { expect, openRequestOf, signIn, somebody, submitForm, test } from './desk';

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
