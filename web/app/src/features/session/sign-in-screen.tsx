'use client';
import { useTranslations } from 'use-intl';
import { Mark } from '@/shared/ui/mark';
import styles from './sign-in.module.css';
import { SignInForm } from './sign-in-form';

export function SignInScreen() {
  const t = useTranslations('session');
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <Mark size={44} />
        <h1 className={styles.title}>{t('title')}</h1>
        <p className={styles.subtitle}>{t('subtitle')}</p>
        <SignInForm />
      </div>
    </main>
  );
}
