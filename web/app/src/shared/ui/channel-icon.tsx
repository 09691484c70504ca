import { IconBrandTelegram, IconMail, IconMessage, IconMessages, IconPhone, IconPlug, IconWorld } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { ChannelKind } from '../api/types';

const icons = {
  website: IconWorld,
  email: IconMail,
  telegram: IconBrandTelegram,
  chat: IconMessage,
  phone: IconPhone,
  max: IconMessages,
  http: IconPlug,
  nservicebus: IconPlug,
} satisfies Record<ChannelKind, unknown>;

export function ChannelIcon({ channel, size = 16, className }: { channel: ChannelKind; size?: number; className?: string }) {
  const t = useTranslations('channel');
  const Icon = icons[channel] ?? IconMessage;
  return (
    <span className={className} role="img" aria-label={t(channel)} title={t(channel)}>
      <Icon size={size} stroke={1.7} aria-hidden />
    </span>
  );
}
