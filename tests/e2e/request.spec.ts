import { colleague, expect, openRequestOf, rowOf, signIn, signInElsewhere, somebody, submitForm, test } from './desk';

test('a form of the site appears in the open window without a reload', async ({ page, request }) => {
  await signIn(page);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  const anna = somebody();
  await submitForm(request, anna);
  await expect(rowOf(page, anna)).toBeVisible();
  await openRequestOf(page, anna);
  await expect(page.getByRole('log')).toContainText('Согласие на обработку данных дано');
  await expect(page.getByRole('complementary', { name: 'Контакт' })).toContainText(anna.name);
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});

test('one manager takes a request, the other is told who', async ({ page, browser, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  const other = await signInElsewhere(browser, colleague, new URL(page.url()).pathname);
  await expect(other.getByRole('button', { name: 'Взять', exact: true })).toBeVisible();

  await page.keyboard.press('t');
  await expect(page.getByText('Ответственный: вы')).toBeVisible();
  const owner = await page.evaluate(async () => (await (await fetch('/api/session')).json()).user.name as string);
  await expect(other.getByText(`Ответственный: ${owner}`)).toBeVisible();
  await other.getByRole('button', { name: 'Взять', exact: true }).click();
  await expect(other.getByRole('alert').filter({ hasText: owner })).toBeVisible();
  await other.context().close();
});

test('a reply shows honestly how far it got, a note stays among colleagues', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await expect(page.getByText(`Ответ письмом на ${anna.email}`)).toBeVisible();
  await page.keyboard.press('r');
  await page.getByLabel('Текст ответа').fill('Здравствуйте! Ждём вас в среду в 18:20.');
  await page.keyboard.press('Control+Enter');
  const reply = page.getByRole('article').filter({ hasText: 'Ждём вас в среду' });
  await expect(reply).toHaveCount(1);
  await expect(reply).toContainText(/в очереди на отправку|отправлено|не доставлено/i);
  await expect(reply).not.toContainText(/\bдоставлено/);
  await expect(page.getByText('Ответственный: вы')).toBeVisible();

  await page.getByLabel('Текст ответа').press('Escape');
  await page.keyboard.press('n');
  await page.getByLabel('Текст заметки').fill('Просила перезвонить после 17');
  await page.getByRole('button', { name: 'Сохранить заметку' }).click();
  await expect(page.getByRole('article').filter({ hasText: 'Просила перезвонить' })).toContainText('Заметка');
  await page.reload();
  await expect(page.getByRole('article').filter({ hasText: 'Ждём вас в среду' })).toHaveCount(1);
  await expect(page.getByRole('article').filter({ hasText: 'Просила перезвонить' })).toHaveCount(1);
});

test('without an address to answer to the composer says why', async ({ page, request }) => {
  const anna = somebody({ email: undefined });
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await expect(page.getByText(/Ответить письменно нельзя/)).toBeVisible();
  await expect(page.getByLabel('Текст ответа')).toHaveCount(0);
});

test('closing asks for the outcome, and a closed request can be opened again', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Закрыть обращение' })).toBeDisabled();
  await page.keyboard.press('2');
  await dialog.getByLabel('Пояснение').fill('Ответили по телефону');
  await dialog.getByRole('button', { name: 'Закрыть обращение' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Закрыто: Вопрос решён').first()).toBeVisible();
  await page.getByRole('button', { name: 'Открыть снова' }).click();
  await expect(page.getByRole('button', { name: 'Закрыть', exact: true })).toBeVisible();
});

test('snoozing takes the request aside until its time', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await page.keyboard.press('s');
  await page.getByRole('button', { name: /На три часа/ }).click();
  await expect(rowOf(page, anna)).toContainText('Отложено');
});

test('a deep link opens its request, an unknown one says so', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  const link = page.url();
  await page.goto('/');
  await expect(page.getByText('Выберите обращение')).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('log')).toContainText(anna.message);
  await expect(page.getByRole('option', { selected: true })).toContainText(anna.name);
  await page.goto('/requests/00000000-0000-7000-8000-000000000000');
  await expect(page.getByText('Такого обращения нет')).toBeVisible();
});

test('search finds by name what the queue holds', async ({ page, request }) => {
  const [anna, other] = [somebody(), somebody()];
  await signIn(page);
  await submitForm(request, anna);
  await submitForm(request, other);
  await expect(rowOf(page, other)).toBeVisible();
  await page.keyboard.press('/');
  await page.getByLabel('Имя, телефон, №, текст').fill(anna.name);
  await expect(page.getByRole('option')).toHaveCount(1);
  await expect(rowOf(page, anna)).toBeVisible();
});
