import { expect, rowOf, signIn, somebody, submitForm, test } from './desk';

test('after a lost network the window catches up without a reload', async ({ page, context, playwright, baseURL }) => {
  await signIn(page);
  await expect(page.getByText(/обращени/).first()).toBeVisible();
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await context.setOffline(true);
  await expect(page.getByText(/Нет сети|Связь потеряна/)).toBeVisible();

  const outside = await playwright.request.newContext({ baseURL });
  const missed = [somebody(), somebody(), somebody()];
  for (const each of missed) await submitForm(outside, each);
  await outside.dispose();
  await context.setOffline(false);

  for (const each of missed) await expect(rowOf(page, each)).toBeVisible();
  await expect(page.getByText(/Нет сети|Связь потеряна/)).toBeHidden();
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true);
});

test('nothing is left in the browser’s storage but taste', async ({ page, request }) => {
  const anna = somebody();
  await signIn(page);
  await submitForm(request, anna);
  await rowOf(page, anna).click();
  await page.getByLabel('Текст ответа').fill('Черновик');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain('Черновик');
  expect(kept).not.toContain(anna.name);
});
