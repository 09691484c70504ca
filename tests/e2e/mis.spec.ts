import { expect, expectAccessible, signIn, signInElsewhere, test } from './desk';

const visit = (id: string, reason: string) => ({
  appointmentId: id,
  requestId: `0198f3a2-0000-7000-8000-00000000000${id}`,
  misId: `70${id}`,
  start: '2026-11-27T07:30:00Z',
  reasons: [reason],
});
const report = {
  forDay: '2026-11-23',
  startedAt: '2026-11-23T00:10:00Z',
  finishedAt: '2026-11-23T00:12:30Z',
  counted: 214,
  agreed: 209,
  waiting: 1,
  repaired: [visit('1', 'время: у нас 27.11 10:30, в МИС 28.11 10:00'), visit('2', 'врач: у нас Громова Е. П., в МИС Лебедев А. С.')],
  differing: [visit('3', 'статус: у нас «записан», в МИС «отменено»'), visit('4', 'пациент: в МИС запись на другую карту')],
  adopted: 3,
};
const earlier = {
  ...report,
  forDay: '2026-11-22',
  startedAt: '2026-11-22T00:10:00Z',
  agreed: 214,
  waiting: 0,
  repaired: [],
  differing: [],
  adopted: 0,
};
const full = { count: 41_207, listed: true, fullAt: '2026-11-23T00:00:00Z' };

test('a supervisor compares by keyboard, and the report stands on the page', async ({ page }) => {
  await signIn(page, 'supervisor');
  await page.getByRole('link', { name: 'Сверка с МИС', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Сверка с МИС' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Список пациентов МИС' })).toContainText(/пациент/);
  await page.getByRole('button', { name: 'Сверить сейчас' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: /Сверен/ })).toBeVisible({ timeout: 60_000 });
  const latest = page.locator('details').first();
  await expect(latest).toContainText('запуск:');
  await expect(latest).toHaveAttribute('open');
  await latest.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(latest).not.toHaveAttribute('open');
});

test('a manager has no such page in the rail', async ({ browser }) => {
  const page = await signInElsewhere(browser, 'manager');
  await expect(page.getByRole('link', { name: 'Обращения', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Сверка с МИС', exact: true })).toHaveCount(0);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    const states = [
      { name: 'full', list: { items: [report, earlier], running: false }, index: full, words: '2 визита ждут решения' },
      {
        name: 'empty',
        list: { items: [], running: false },
        index: { count: 812, listed: true, readingSince: '2026-11-23T00:00:00Z' },
        words: 'Сверок ещё не было',
      },
      { name: 'running', list: { items: [earlier], running: true }, index: full, words: 'отчёт появится здесь' },
      { name: 'failed', list: null, index: null, words: 'Не удалось загрузить отчёты' },
    ];
    for (const { name, list, index, words } of states) {
      test(`the page of the MIS, ${name}`, async ({ page }) => {
        const answer = (json: unknown) => (json ? { json } : { status: 503, json: { title: 'room.away' } });
        await page.route('**/api/appointments/reconciliation?*', (route) => route.fulfill(answer(list)));
        await page.route('**/api/patients/index', (route) => route.fulfill(answer(index)));
        await signIn(page, 'supervisor', '/mis');
        await expect(page.getByText(words).first()).toBeVisible();
        await page.mouse.move(700, 500);
        await expectAccessible(page);
        if (process.env.MEDCRM_PICTURES) await page.screenshot({ path: `${process.env.MEDCRM_PICTURES}/mis-${name}-${colorScheme}.png` });
      });
    }

    test('a MIS that is away is said, and axe has nothing to say', async ({ page }) => {
      await page.route('**/api/appointments/reconciliation', (route) => route.fulfill({ status: 503, json: { title: 'mis.away' } }));
      await signIn(page, 'supervisor', '/mis');
      await page.getByRole('button', { name: 'Сверить сейчас' }).click();
      await expect(page.getByText(/МИС не отвечает, сверка не закончена/)).toBeVisible();
      await expectAccessible(page);
      if (process.env.MEDCRM_PICTURES) await page.screenshot({ path: `${process.env.MEDCRM_PICTURES}/mis-away-${colorScheme}.png` });
    });
  });
}
