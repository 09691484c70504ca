import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, rowOf, signInElsewhere, somebody, test } from './desk';

const site = '/widget/demo.html';

async function openChat(page: Page) {
  await page.goto(site);
  await page.getByRole('button', { name: /Открыть чат/ }).click();
  await expect(page.getByRole('dialog', { name: 'Онлайн-чат' })).toBeVisible();
}

/** What a visitor does who writes for the first time. */
async function writeFirst(page: Page, name: string, text: string) {
  await page.getByLabel(/^Имя/).fill(name);
  await page.getByLabel('Даю согласие на обработку персональных данных').check();
  await page.getByLabel('Сообщение').fill(text);
  await page.keyboard.press('Enter');
}

async function expectAccessibleWidget(page: Page) {
  await page.waitForTimeout(300);
  const { violations } = await new AxeBuilder({ page })
    .include('#medcrm-chat')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
}

const shoot = (page: Page, name: string) =>
  process.env.MEDCRM_SCREENSHOTS ? page.screenshot({ path: `${process.env.MEDCRM_SCREENSHOTS}/chat-${name}.png` }) : undefined;

test('a visitor writes, the manager answers, the answer is there; a reload takes it up again', async ({ page, browser }) => {
  const anna = somebody();
  const desk = await signInElsewhere(browser, 'manager');
  await openChat(page);
  await writeFirst(page, anna.name, anna.message);
  await expect(page.getByRole('log')).toContainText(anna.message);

  await rowOf(desk, anna).click();
  await expect(desk.getByText(`Ответ в чат на сайте: ${anna.name}`)).toBeVisible();
  await desk.getByLabel('Текст ответа').pressSequentially('Здравствуйте, Анна!');
  await expect(page.getByText('Вам пишут ответ…')).toBeVisible();
  await desk.keyboard.press('Control+Enter');
  await expect(page.getByRole('log')).toContainText('Здравствуйте, Анна!');
  await expect(page.getByText('Вам пишут ответ…')).toBeHidden();
  await expect(desk.getByRole('article').filter({ hasText: 'Здравствуйте, Анна!' })).toContainText(/прочитано/i, { timeout: 20_000 });
  await shoot(page, 'light');
  await expectAccessibleWidget(page);

  await page.reload();
  await desk.getByLabel('Текст ответа').fill('Ждём вас в четверг.');
  await desk.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Открыть чат, непрочитанных: 1' })).toBeVisible();
  await page.getByRole('button', { name: /Открыть чат/ }).click();
  await expect(page.getByRole('log')).toContainText(anna.message);
  await expect(page.getByRole('log')).toContainText('Ждём вас в четверг.');
  await expect(page.getByLabel(/^Имя/)).toBeHidden();
  await desk.context().close();
});

test('what is written without a network arrives by itself, once', async ({ page, context, browser }) => {
  const anna = somebody();
  await openChat(page);
  await writeFirst(page, anna.name, anna.message);
  await expect(page.getByRole('log')).toContainText(anna.message);
  await context.setOffline(true);
  await page.getByLabel('Сообщение').fill('Это я пишу в лифте');
  await page.keyboard.press('Enter');
  await expect(page.getByText('нет связи, отправим сами')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('нет связи, отправим сами')).toBeHidden({ timeout: 30_000 });

  const desk = await signInElsewhere(browser, 'manager');
  await rowOf(desk, anna).click();
  await expect(desk.getByRole('log').getByText('Это я пишу в лифте')).toHaveCount(1);
  await desk.context().close();
});

test('a file arrives with its message', async ({ page, browser }) => {
  const anna = somebody();
  await openChat(page);
  const [picker] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Приложить файл' }).click()]);
  await picker.setFiles({ name: 'направление.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await expect(page.getByRole('button', { name: 'Убрать направление.pdf' })).toBeVisible();
  await writeFirst(page, anna.name, anna.message);
  const desk = await signInElsewhere(browser, 'manager');
  await rowOf(desk, anna).click();
  await expect(desk.getByRole('log')).toContainText('направление.pdf');
  await desk.context().close();
});

test('a file that the manager attaches is downloaded by the visitor', async ({ page, browser }) => {
  const anna = somebody();
  const leaflet = Buffer.from('%PDF-1.4\nКак подготовиться к анализу\n%%EOF\n');
  await openChat(page);
  await writeFirst(page, anna.name, anna.message);
  const desk = await signInElsewhere(browser, 'manager');
  await rowOf(desk, anna).click();
  const attach = async (name: string, buffer: Buffer) => {
    const [picker] = await Promise.all([desk.waitForEvent('filechooser'), desk.getByRole('button', { name: 'Приложить файл' }).click()]);
    await picker.setFiles({ name, mimeType: 'application/pdf', buffer });
  };
  await attach('счёт.exe', leaflet);
  await expect(desk.getByRole('alert').filter({ hasText: 'счёт.exe' })).toContainText('Отправьте PDF, снимок или архив ZIP');
  await attach('лишнее.pdf', leaflet);
  await attach('памятка.pdf', leaflet);
  await desk.getByRole('button', { name: 'Убрать лишнее.pdf' }).click();
  await expect(desk.getByRole('list', { name: 'Файлы к ответу' })).toHaveText(/памятка\.pdf/);
  await expectAccessible(desk);
  await desk.getByRole('button', { name: /отправить$/i }).click();
  await expect(desk.getByRole('list', { name: 'Файлы к ответу' })).toBeHidden();

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Скачать памятка.pdf' }).click()]);
  expect(download.suggestedFilename()).toBe('памятка.pdf');
  expect(readFileSync(await download.path()).equals(leaflet)).toBe(true);
  const answer = desk.getByRole('article').filter({ hasText: 'памятка.pdf' });
  await expect(answer).toContainText(/прочитано/i, { timeout: 20_000 });
  await expect(answer.getByRole('link', { name: /Скачать памятка\.pdf/ })).toBeVisible();
  await desk.context().close();
});

test('outside of the hours a form takes its place', async ({ page, browser }) => {
  const anna = somebody();
  await page.route('**/widget/demo/settings?*', async (route) => {
    const settings = await (await route.fetch()).json();
    await route.fulfill({ json: { ...settings, online: false, opensAt: '2026-11-24T05:00:00Z' } });
  });
  await openChat(page);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Снова на связи: вторник');
  await dialog.getByRole('button', { name: 'Отправить' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Заполните это поле.');
  await dialog.getByLabel('Имя').fill(anna.name);
  await dialog.getByLabel('Телефон').fill(anna.phone);
  await dialog.getByLabel('Сообщение').fill(anna.message);
  await dialog.getByLabel('Даю согласие на обработку персональных данных').check();
  await shoot(page, 'offline');
  await expectAccessibleWidget(page);
  await dialog.getByRole('button', { name: 'Отправить' }).click();
  await expect(dialog).toContainText('Спасибо!');

  const desk = await signInElsewhere(browser, 'manager');
  await rowOf(desk, anna).click();
  await expect(desk.getByRole('log')).toContainText(anna.message);
  await desk.context().close();
});

test('keys alone are enough', async ({ page }) => {
  await page.goto(site);
  const button = page.getByRole('button', { name: /Открыть чат/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel(/^Имя/)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test.describe('dark', () => {
  test.use({ colorScheme: 'dark' });

  test('greeting and first words', async ({ page }) => {
    await openChat(page);
    await expectAccessibleWidget(page);
    await writeFirst(page, somebody().name, 'Здравствуйте! Есть ли у вас детский невролог?');
    await expect(page.getByRole('log')).toContainText('детский невролог');
    await page.getByRole('button', { name: 'Забыть переписку на этом устройстве' }).click();
    await expect(page.getByRole('group', { name: 'Забыть переписку на этом устройстве' })).toBeVisible();
    await shoot(page, 'dark');
    await expectAccessibleWidget(page);
  });
});

test.describe('on a telephone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('it covers the page and keeps the focus', async ({ page }) => {
    await openChat(page);
    // It rises into its place.
    await expect.poll(() => page.getByRole('dialog').boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('medcrm-chat');
    }
    await shoot(page, 'mobile');
    await expectAccessibleWidget(page);
  });
});

test.describe('where storage is blocked', () => {
  test('the chat works as long as the page is open', async ({ page }) => {
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'] as const) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('denied', 'SecurityError');
          },
        });
      }
    });
    await openChat(page);
    await writeFirst(page, somebody().name, 'Без хранилища');
    await expect(page.getByRole('log')).toContainText('Без хранилища');
    await expect(page.getByText('отправляется…')).toBeHidden();
  });
});
