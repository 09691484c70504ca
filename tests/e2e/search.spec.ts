import { expect, expectAccessible, openRequestOf, signIn, somebody, submitForm, test } from './desk';

test('Ctrl+K finds a request, the words of a message and a patient, by keys alone', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  const path = new URL(page.url()).pathname;
  await page.goto('/');
  await expect(page.getByText('Выберите обращение')).toBeVisible();
  const asked: string[] = [];
  page.on('request', (each) => asked.push(each.url()));

  await page.keyboard.press('Control+KeyK');
  const dialog = page.getByRole('dialog', { name: 'Найти всё' });
  await expect(dialog.getByRole('combobox')).toBeFocused();
  await expectAccessible(page);
  const mark = anna.message.split(' ').at(-1)?.replace('.', '') ?? '';
  await page.keyboard.type(`Номер проверки ${mark}`);
  const message = dialog.getByRole('group', { name: 'Сообщения и заметки' }).getByRole('option').filter({ hasText: mark });
  await expect(message).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(path);
  await expect(dialog).toBeHidden();

  await page.keyboard.press('Control+KeyK');
  await page.keyboard.type('Кузнецова');
  const person = dialog.getByRole('group', { name: 'Пациенты' }).getByRole('option').first();
  await expect(person).toContainText('Кузнецова');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Снова искать среди всех' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  // What was looked for is in no address.
  expect(asked.filter((url) => url.includes(encodeURIComponent('Кузнецова')) || url.includes(mark))).toEqual([]);

  await page.keyboard.press('Control+KeyK');
  await page.keyboard.type('карант');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Карантин' })).toBeVisible();
});

test('without an exchange nobody is offered to call', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  const kinds = page.waitForResponse('**/api/channels/kinds');
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  expect((await (await kinds).json()).items).not.toContain('telephony');
  await expect(page.getByRole('button', { name: 'Отложить' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Позвонить' })).toHaveCount(0);
});

test('opening requests leaves no refusal in the console', async ({ page, request }) => {
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401) refused.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await openRequestOf(page, anna);
  await expect(page.getByRole('complementary', { name: 'Контакт' })).toContainText('В базе пациентов не найден', { timeout: 20_000 });
  expect(refused).toEqual([]);
});
