import { render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { getChannels } from '@/shared/api/endpoints';
import type { ChannelStatus } from '@/shared/api/types';
import { InTest } from '@/shared/ui/in-test';
import { ChannelAlerts } from '../channel-alerts';

vi.mock('@/shared/api/endpoints', () => ({ getChannels: vi.fn() }));

const channel = (name: string, more: Partial<ChannelStatus> = {}): ChannelStatus => ({
  connector: 'email',
  channel: name,
  state: 'connected',
  since: '2026-11-23T05:00:00Z',
  lagSeconds: 0,
  queue: 0,
  ...more,
});

const show = (items: ChannelStatus[]) => {
  vi.mocked(getChannels).mockResolvedValue({ items, silent: [] });
  render(
    <InTest>
      <ChannelAlerts />
    </InTest>,
  );
};

beforeEach(() => vi.mocked(getChannels).mockReset());

test('a channel that is silent in working hours is told, with the way to its page', async () => {
  show([channel('email/info', { silentSince: '2026-11-23T08:00:00Z' }), channel('email/spare')]);
  expect(await screen.findByText('email/info молчит в рабочие часы')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Открыть каналы' })).toHaveAttribute('href', '/channels');
  expect(screen.queryByText(/spare/)).toBeNull();
});

test('refused and stopped channels are told at once, a lost line only after five minutes', async () => {
  show([
    channel('email/a', { state: 'refused' }),
    channel('email/b', { state: 'stopped' }),
    channel('email/c', { state: 'lagging', lagSeconds: 299 }),
    channel('email/d', { state: 'lagging', lagSeconds: 300 }),
  ]);
  expect(await screen.findByText('email/a: не пускают')).toBeVisible();
  expect(screen.getByText('email/b остановлен')).toBeVisible();
  expect(screen.getByText('email/d: нет связи')).toBeVisible();
  expect(screen.queryByText(/email\/c/)).toBeNull();
});

test('when all is well nothing is shown', async () => {
  show([channel('email/info')]);
  await waitFor(() => expect(getChannels).toHaveBeenCalled());
  expect(screen.queryByRole('link')).toBeNull();
});
