import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useSession } from '@/entities/session/store';
import type { Command } from '@/features/search/command-palette';
import { setLocale, useAppLocale } from '@/shared/i18n/locale';
import { callListPath, channelsPath, goTo, inboxPath, misPath, quarantinePath, waitingListPath } from '@/shared/lib/route';

/** Where one can go and what one can set, by name. */
export function useCommands(onHelp: () => void): Command[] {
  const t = useTranslations('nav');
  const locale = useAppLocale();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const isOverseer = useIsOverseer();
  return [
    { id: 'requests', label: t('requests'), run: () => goTo(inboxPath) },
    { id: 'calls', label: t('calls'), run: () => goTo(callListPath) },
    { id: 'waiting', label: t('waiting'), run: () => goTo(waitingListPath) },
    { id: 'quarantine', label: t('quarantine'), run: () => goTo(quarantinePath) },
    ...(isOverseer
      ? [
          { id: 'channels', label: t('channels'), run: () => goTo(channelsPath) },
          { id: 'mis', label: t('mis'), run: () => goTo(misPath) },
        ]
      : []),
    { id: 'help', label: t('help'), run: onHelp },
    { id: 'theme', label: t('theme'), run: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') },
    { id: 'language', label: t('language'), run: () => setLocale(locale === 'ru' ? 'en' : 'ru') },
  ];
}

export const useIsOverseer = () => useSession((s) => s.user?.roles.some((role) => role === 'supervisor' || role === 'admin') ?? false);
