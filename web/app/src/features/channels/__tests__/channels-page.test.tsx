import { render, screen, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { getChannels } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { ChannelStatus } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { ChannelsPage } from '../channels-page';

vi.mock('@/shared/api/endpoints', () => ({ getChannels: vi.fn() }));

const channel = (more: Partial<ChannelStatus>): ChannelStatus => ({
  connector: 'email',
  channel: 'email/info',
  state: 'connected',
  since: '2026-11-23T05:00:00Z',
  lagSeconds: 0,
  queue: 0,
  ...more,
});

const show = (items: ChannelStatus[], silent: string[] = []) => {
  vi.mocked(getChannels).mockResolvedValue({ items, silent });
  render(
    <InTest>
      <ChannelsPage />
    </InTest>,
  );
};

beforeEach(() => void vi.mocked(getChannels).mockReset());

test('a channel that was refused says what to do next, and shows what the far side said', async () => {
  show([channel({ channel: 'email/spare', state: 'refused', lagSeconds: 2 * 3600 + 300, queue: 3, error: 'IMAP refused the password' })]);
  const row = await screen.findByRole('row', { name: /email\/spare/ });
  expect(row).toHaveTextContent('не пускают');
  expect(row).toHaveTextContent('Получите новые у поставщика');
  expect(row).toHaveTextContent('IMAP refused the password');
  expect(row).toHaveTextContent('2 ч 5 мин');
  expect(within(row).getByText('3')).toBeVisible();
});

test('a channel that works needs no advice', async () => {
  show([channel({ lastMessageAt: '2026-11-23T05:00:00Z' })]);
  expect((await screen.findByText('email/info')).closest('tr')).toHaveTextContent(/работает.*нет/);
});

test('a connector that does not answer is named', async () => {
  show([channel({})], ['website', 'viber']);
  expect(await screen.findByRole('alert')).toHaveTextContent('Не отвечают: Сайт, viber');
});

test('a channel that is silent says what to try', async () => {
  show([channel({ lastMessageAt: '2026-11-23T05:00:00Z', silentSince: '2026-11-23T09:00:00Z' })]);
  const row = await screen.findByRole('row', { name: /email\/info/ });
  expect(row).toHaveTextContent('работает, молчит');
  expect(row).toHaveTextContent('Отправьте в канал проверочное сообщение');
});

test('a manager who comes by a link is told whose page it is, and is not asked to try again', async () => {
  vi.mocked(getChannels).mockRejectedValue(new ApiError(403, 'http.403'));
  render(
    <InTest>
      <ChannelsPage />
    </InTest>,
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('Каналы видят руководитель смены и администратор.');
  expect(screen.queryByRole('button', { name: 'Повторить' })).not.toBeInTheDocument();
});
