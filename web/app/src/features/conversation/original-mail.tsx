import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { getRawMail } from '@/shared/api/endpoints';
import { ApiError } from '@/shared/api/http';
import styles from './conversation.module.css';

type Gone = 'expired' | 'erased' | 'failed';

const why = (error: unknown): Gone => {
  if (!(error instanceof ApiError)) return 'failed';
  return error.title === 'raw-input.expired' ? 'expired' : error.title === 'raw-input.erased' ? 'erased' : 'failed';
};

/** The mail as it came, saved as a file. It is kept for a limited time; afterwards its place says so. */
export function OriginalMail({ rawInputId }: { rawInputId: string }) {
  const t = useTranslations('conversation.original');
  const [state, setState] = useState<'idle' | 'loading' | Gone>('idle');
  const isThere = state !== 'expired' && state !== 'erased';
  const told = useRef<HTMLParagraphElement>(null);
  // The button takes the focus away with it; whoever has gone on to something else keeps theirs.
  useEffect(() => {
    if (!isThere && document.activeElement === document.body) told.current?.focus();
  }, [isThere]);
  const save = async () => {
    if (state === 'loading') return;
    setState('loading');
    try {
      const { name, content } = await getRawMail(rawInputId);
      const url = URL.createObjectURL(content);
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      // The browser has begun to save it by then; a minute is for a slow disk.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      setState('idle');
    } catch (error) {
      setState(why(error));
    }
  };
  return (
    <div className={styles.fold}>
      {isThere && (
        <button type="button" onClick={save} aria-disabled={state === 'loading'}>
          {state === 'loading' ? t('loading') : t('save')}
        </button>
      )}
      <p ref={told} role="status" tabIndex={-1}>
        {state !== 'idle' && state !== 'loading' && t(state)}
      </p>
    </div>
  );
}
