'use client';
import { Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import {
  IconArrowsDiff,
  IconHourglass,
  IconInbox,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPhone,
  IconPhoneOutgoing,
  IconPlug,
  IconSearch,
  IconShieldQuestion,
  IconSun,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanCall } from '@/entities/call/use-can-call';
import { endSession, useSession } from '@/entities/session/store';
import { ExtensionDialog } from '@/features/call/extension-dialog';
import { signOut } from '@/shared/api/endpoints';
import { setLocale, useAppLocale } from '@/shared/i18n/locale';
import { useRefusalWords } from '@/shared/i18n/words';
import { shortcuts } from '@/shared/lib/hotkeys';
import {
  callListPath,
  channelsPath,
  followInside,
  goTo,
  inboxPath,
  misPath,
  quarantinePath,
  signInPath,
  usePath,
  waitingListPath,
} from '@/shared/lib/route';
import { toast } from '@/shared/ui/toast-store';
import styles from './desk.module.css';
import { useLeaving } from './leaving';
import { useIsOverseer } from './use-commands';

export function Rail({ onHelp, onSearch }: { onHelp: () => void; onSearch: () => void }) {
  const t = useTranslations('nav');
  const path = usePath();
  const locale = useAppLocale();
  const name = useSession((s) => s.user?.name ?? '');
  const refusal = useRefusalWords();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const canCall = useCanCall();
  const [telephone, setTelephone] = useState(false);
  const isOverseer = useIsOverseer();

  const leaving = useLeaving(async () => {
    try {
      await signOut();
      endSession();
      goTo(signInPath);
    } catch (error) {
      toast('trouble', refusal(error));
    }
  });

  return (
    <nav className={styles.rail} aria-label={t('main')}>
      <Place
        path={inboxPath}
        label={t('requests')}
        current={![callListPath, waitingListPath, quarantinePath, channelsPath, misPath].includes(path)}
      >
        <IconInbox size={20} stroke={1.7} aria-hidden />
      </Place>
      <Place path={callListPath} label={t('calls')} current={path === callListPath}>
        <IconPhoneOutgoing size={20} stroke={1.7} aria-hidden />
      </Place>
      <Place path={waitingListPath} label={t('waiting')} current={path === waitingListPath}>
        <IconHourglass size={20} stroke={1.7} aria-hidden />
      </Place>
      <Place path={quarantinePath} label={t('quarantine')} current={path === quarantinePath}>
        <IconShieldQuestion size={20} stroke={1.7} aria-hidden />
      </Place>
      {isOverseer && (
        <>
          <Place path={channelsPath} label={t('channels')} current={path === channelsPath}>
            <IconPlug size={20} stroke={1.7} aria-hidden />
          </Place>
          <Place path={misPath} label={t('mis')} current={path === misPath}>
            <IconArrowsDiff size={20} stroke={1.7} aria-hidden />
          </Place>
        </>
      )}
      <div className={styles.grow} />
      <Tool label={t('search')} hint={`${t('search')} · ${shortcuts.palette.shown}`} onClick={onSearch}>
        <IconSearch size={20} stroke={1.7} aria-hidden />
      </Tool>
      {canCall && (
        <Tool label={t('telephone')} onClick={() => setTelephone(true)}>
          <IconPhone size={20} stroke={1.7} aria-hidden />
        </Tool>
      )}
      {telephone && <ExtensionDialog onClose={() => setTelephone(false)} />}
      <Tool label={t('help')} onClick={onHelp}>
        <IconKeyboard size={20} stroke={1.7} aria-hidden />
      </Tool>
      <Tool label={t('language')} onClick={() => setLocale(locale === 'ru' ? 'en' : 'ru')}>
        <span className={styles.language} aria-hidden>
          {locale === 'ru' ? 'EN' : 'РУ'}
        </span>
      </Tool>
      <Tool label={t('theme')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
        {scheme === 'dark' ? <IconSun size={20} stroke={1.7} aria-hidden /> : <IconMoon size={20} stroke={1.7} aria-hidden />}
      </Tool>
      <Tool label={t('signOut')} hint={`${t('signedInAs', { name })}. ${t('signOut')}`} onClick={leaving.start}>
        <IconLogout size={20} stroke={1.7} aria-hidden />
      </Tool>
      {leaving.question}
    </nav>
  );
}

function Place({ path, label, current, children }: { path: string; label: string; current: boolean; children: ReactNode }) {
  return (
    <Tooltip label={label} position="right" openDelay={400} withinPortal={false}>
      <a href={path} className={styles.item} aria-label={label} aria-current={current ? 'page' : undefined} onClick={followInside}>
        {children}
      </a>
    </Tooltip>
  );
}

function Tool({ label, hint, onClick, children }: { label: string; hint?: string; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={hint ?? label} position="right" openDelay={400} withinPortal={false}>
      <button type="button" className={styles.item} aria-label={label} onClick={onClick}>
        {children}
      </button>
    </Tooltip>
  );
}
