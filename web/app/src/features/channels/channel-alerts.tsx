'use client';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { ChannelStatus } from '@/shared/api/types';
import { channelsPath, followInside } from '@/shared/lib/route';
import notice from '@/shared/ui/notice.module.css';
import { useChannels } from './use-channels';

const EVERY_MS = 30_000;
/** Most lost lines are back before anyone should be told. */
const LOST_SECONDS = 300;
const MOST_SHOWN = 3;

type Trouble = 'silent' | 'lagging' | 'refused' | 'stopped';

function troubleOf(channel: ChannelStatus): Trouble | null {
  if (channel.state === 'refused' || channel.state === 'stopped') return channel.state;
  if (channel.state === 'lagging' && channel.lagSeconds >= LOST_SECONDS) return 'lagging';
  return channel.silentSince ? 'silent' : null;
}

/** For those who can do something about it; it goes by itself when the channel speaks again. */
export function ChannelAlerts() {
  const t = useTranslations('channels');
  const list = useChannels(EVERY_MS);
  const troubles = (list.data?.items ?? []).flatMap((channel) => {
    const trouble = troubleOf(channel);
    return trouble ? [{ channel: channel.channel, trouble }] : [];
  });
  return (
    <div role="status" aria-live="polite">
      {troubles.length > 0 && (
        <section className={notice.strip} aria-label={t('alerts')}>
          <IconAlertTriangle size={16} aria-hidden />
          <ul>
            {troubles.slice(0, MOST_SHOWN).map(({ channel, trouble }) => (
              <li key={channel}>{t(`alert.${trouble}`, { channel })}</li>
            ))}
          </ul>
          <a href={channelsPath} onClick={followInside}>
            {t('open')}
            {troubles.length > MOST_SHOWN && ` (${troubles.length})`}
          </a>
        </section>
      )}
    </div>
  );
}
