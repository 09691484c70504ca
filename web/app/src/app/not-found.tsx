'use client';
import { useTranslations } from 'use-intl';
import { inboxPath } from '@/shared/lib/route';

export default function NotFound() {
  const t = useTranslations('notFound');
  return (
    <main className="boot">
      <div>
        <h1>{t('title')}</h1>
        <a href={inboxPath}>{t('back')}</a>
      </div>
    </main>
  );
}
