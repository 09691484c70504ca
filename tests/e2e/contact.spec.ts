import { expect, expectAccessible, openRequestOf, signIn, somebody, submitForm, test } from './desk';

test('a likely patient is suggested with reasons, and one key links the card', async ({ page, request, blocked: _ }) => {
  await signIn(page);
  const found = await page.request.get(`/api/patients?q=${encodeURIComponent('Кузнецова')}`);
  const { items } = (await found.json()) as { items: { id: string; name: string; phones: string[] }[] };
  const patient = items.find((each) => each.phones.length > 0);
  expect(patient, 'the demo clinic has a Кузнецова').toBeTruthy();
  const [family, given] = (patient?.name ?? '').split(' ');
  const submission = somebody({ name: `${given} ${family}`, phone: patient?.phones[0] ?? '', email: undefined });
  await submitForm(request, submission);
  await page
    .getByRole('option')
    .filter({ hasText: submission.message.slice(0, 40) })
    .filter({ hasText: `${given} ${family}` })
    .first()
    .click();
  await expect(page.getByRole('log')).toContainText(submission.message);

  const pane = page.getByRole('complementary', { name: 'Контакт' });
  await expect(pane).toContainText('совпал телефон');
  await expectAccessible(page);
  await page.keyboard.press('y');
  await expect(pane).toContainText('Подтверждено');
  await expectAccessible(page);
  await pane.getByRole('button', { name: 'Отвязать карту' }).click();
  await expect(pane).not.toContainText('Подтверждено');
});

test('the date of birth is asked for when nobody is found', async ({ page, request, blocked: _ }) => {
  const submission = somebody();
  await signIn(page);
  await submitForm(request, submission);
  await openRequestOf(page, submission);
  const pane = page.getByRole('complementary', { name: 'Контакт' });
  await pane.getByLabel('Дата рождения со слов').fill('вчера');
  await pane.getByRole('button', { name: 'Проверить' }).click();
  await expect(page.getByText('Не удалось прочитать дату')).toBeVisible();
  await pane.getByLabel('Дата рождения со слов').fill('12.03.1985');
  await pane.getByRole('button', { name: 'Проверить' }).click();
  await expect(pane.getByLabel('Дата рождения со слов')).toBeHidden();
});
