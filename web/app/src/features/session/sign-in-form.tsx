'use client';
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { openSession } from '@/entities/session/store';
import { signIn } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import type { Session } from '@/shared/api/types';
import styles from './sign-in.module.css';

type Refusal = 'refused' | 'locked' | 'codeRequired' | 'unreachable';

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) return 'unreachable';
  if (error.title === 'session.code-required') return 'codeRequired';
  if (error.status === 429 || error.title === 'session.locked') return 'locked';
  return error.status === 401 || error.status === 400 ? 'refused' : 'unreachable';
}

export function SignInForm({ knownUserName, onSignedIn }: { knownUserName?: string; onSignedIn?: (session: Session) => void }) {
  const t = useTranslations('session');
  const [userName, setUserName] = useState(knownUserName ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      const session = await signIn(asksCode ? { userName, password, code: code.trim() } : { userName, password });
      openSession(session);
      onSignedIn?.(session);
    } catch (error) {
      const why = refusalOf(error);
      setRefusal(why);
      if (why === 'codeRequired') setAsksCode(true);
      else if (why === 'refused') passwordField.current?.select();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {refusal && (
        <Alert
          color={refusal === 'codeRequired' ? 'tide' : 'red'}
          variant="outline"
          role="alert"
          p="xs"
          className={styles.refusal}
          data-tone={refusal === 'codeRequired' ? 'calm' : 'trouble'}
        >
          {t(refusal)}
        </Alert>
      )}
      <TextInput
        label={t('userName')}
        name="userName"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        readOnly={knownUserName !== undefined}
        data-autofocus={knownUserName === undefined || undefined}
        autoFocus={knownUserName === undefined}
        value={userName}
        onChange={(event) => setUserName(event.currentTarget.value)}
      />
      <PasswordInput
        ref={passwordField}
        label={t('password')}
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus={knownUserName !== undefined || undefined}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {asksCode && (
        <TextInput
          label={t('code')}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <Button type="submit" fullWidth mt={6} disabled={busy}>
        {busy ? t('signingIn') : t('signIn')}
      </Button>
    </form>
  );
}
