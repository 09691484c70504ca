'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { setMe } from '@/entities/request/store';
import { endSession, restoreSession, useMyId, useSession } from '@/entities/session/store';
import { ExpiredSession } from '@/features/session/expired-session';
import { SignInScreen } from '@/features/session/sign-in-screen';
import { goTo, inboxPath, signInPath, usePath } from '@/shared/lib/route';
import { PaneState } from '@/shared/ui/pane-state';
import { Toaster } from '@/shared/ui/toaster';
import { Desk } from './desk';
import { forgetWithThePerson } from './forget';
import { useLeaving } from './leaving';

const ASK_AGAIN_MS = 5_000;

/** Who is at the window decides what it shows: a door, a word about the missing server, or the desk. */
export function Workspace() {
  const t = useTranslations('app');
  const { status, user } = useSession();
  const me = useMyId();
  const path = usePath();
  const queries = useQueryClient();
  const leaving = useLeaving(endSession);

  useEffect(() => {
    if (status === 'unknown') void restoreSession();
    if (status !== 'unreachable') return;
    const timer = setTimeout(() => void restoreSession(), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [status]);

  useEffect(() => forgetWithThePerson(queries), [queries]);
  useEffect(() => setMe(me), [me]);

  useEffect(() => {
    if (status === 'signedIn' && path === signInPath) goTo(inboxPath, 'replace');
  }, [status, path]);

  if (status === 'unknown')
    return (
      <div className="boot" role="status">
        {t('loading')}
      </div>
    );
  if (status === 'unreachable') {
    return (
      <main className="boot">
        <PaneState tone="trouble" title={t('unreachable')} hint={t('unreachableHint')} onRetry={() => void restoreSession()} />
      </main>
    );
  }
  if (status === 'signedOut' || !user) return <SignInScreen />;
  return (
    <>
      <Desk key={user.id} />
      <Toaster />
      {status === 'expired' && <ExpiredSession userName={user.userName} onOther={leaving.start} />}
      {leaving.question}
    </>
  );
}
