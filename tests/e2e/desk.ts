import AxeBuilder from '@axe-core/playwright';
import { type APIRequestContext, type Browser, test as base, expect, type Page } from '@playwright/test';

const password = process.env.MEDCRM_PASSWORD ?? '';
export const manager = process.env.MEDCRM_USER ?? 'manager';
export const colleague = process.env.MEDCRM_USER2 ?? 'manager2';

/** Every page of every spec listens: whatever the content security policy had to block fails the test. */
export const test = base.extend<{ blocked: string[] }>({
  blocked: [
    async ({ page }, use) => {
      const blocked: string[] = [];
      await page.exposeFunction('reportBlocked', (what: string) => blocked.push(what));
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => {
          (window as unknown as { reportBlocked: (what: string) => void }).reportBlocked(
            `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`,
          );
        });
      });
      await use(blocked);
      expect(blocked, 'blocked by the content security policy').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

export async function signIn(page: Page, userName = manager, path = '/') {
  await page.goto(path);
  await page.getByLabel('Имя пользователя').fill(userName);
  await page.getByLabel('Пароль', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Войти' }).click();
  await expect(page.getByRole('navigation', { name: 'Основная навигация' })).toBeVisible();
}

export async function signInElsewhere(browser: Browser, userName: string, path = '/'): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, userName, path);
  return page;
}

export interface Submission {
  name: string;
  phone: string;
  email?: string;
  message: string;
}

let submitted = 0;
/** A person nobody wrote in as before, so that a row is found by its name. */
export function somebody(change: Partial<Submission> = {}): Submission {
  const mark = `${Date.now().toString(36)}${(submitted++).toString(36)}`;
  const digits = String(Date.now() * 10 + (submitted % 10)).slice(-7);
  return {
    name: `Проверкина Анна ${mark}`,
    phone: `+7900${digits}`,
    email: `anna.${mark}@example.test`,
    message: `Запишите меня к терапевту, пожалуйста. Номер проверки ${mark}.`,
    ...change,
  };
}

/** What the clinic's site does when a visitor presses "send". */
export async function submitForm(request: APIRequestContext, submission: Submission, door = '/') {
  const response = await request.post(`${door}forms/demo`, { data: { ...submission, consent: true } });
  expect(response.status()).toBe(202);
}

export const rowOf = (page: Page, { name }: Submission) => page.getByRole('option').filter({ hasText: name });

export async function openRequestOf(page: Page, submission: Submission) {
  await rowOf(page, submission).click();
  await expect(page).toHaveURL(/\/requests\//);
  await expect(page.getByRole('log')).toContainText(submission.message);
}

export async function expectAccessible(page: Page) {
  await page.waitForTimeout(300); // overlays fade in, and a half-faded text has half its contrast
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
}
