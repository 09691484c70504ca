'use client';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { uuidv7 } from '@/shared/lib/uuid';
import controls from '@/shared/ui/controls.module.css';

interface CancelVisitProps {
  busy: boolean;
  /** The place it stands in gives it its looks. */
  styles: { form: string | undefined; choices: string | undefined };
  /** The key is the same for every repeat. */
  onCancel: (reason: string, key: string) => void;
  onLeave: () => void;
}

/** Why a visit is cancelled, by keyboard: Enter cancels it, Esc leaves it as it is, until it is sent. */
export function CancelVisit({ busy, styles, onCancel, onLeave }: CancelVisitProps) {
  const t = useTranslations('booking');
  const [reason, setReason] = useState('');
  // The same form is the same cancellation, however often it is sent.
  const key = useRef(uuidv7());
  const leave = () => {
    if (!busy) onLeave();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onCancel(reason.trim(), key.current);
  };
  return (
    <form
      className={styles.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
    >
      <label>
        {t('reason')}
        <input
          // biome-ignore lint/a11y/noAutofocus: the manager has just asked for this field
          autoFocus
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
          autoComplete="off"
        />
      </label>
      <span className={styles.choices}>
        <button type="submit" className={controls.button} data-main aria-disabled={busy}>
          {t('cancelSubmit')} <kbd aria-hidden>Enter</kbd>
        </button>
        <button type="button" className={controls.button} aria-disabled={busy} onClick={leave}>
          {t('keep')} <kbd aria-hidden>Esc</kbd>
        </button>
      </span>
    </form>
  );
}
