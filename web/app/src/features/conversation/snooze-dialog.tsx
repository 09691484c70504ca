'use client';
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RequestRow } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { clockTime, dayAndTime, localInputValue } from '@/shared/lib/time';
import styles from './dialogs.module.css';
import type { RequestActions } from './use-request-actions';

const MORNING_HOUR = 9;
const HOUR_MS = 3_600_000;

function morningIn(days: number, from: Date): Date {
  return new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, MORNING_HOUR);
}
const daysToMonday = (from: Date) => (8 - from.getDay()) % 7 || 7;

export function SnoozeDialog({ row, actions, onDone }: { row: RequestRow; actions: RequestActions; onDone: () => void }) {
  const t = useTranslations();
  const locale = useAppLocale();
  const [now] = useState(() => new Date());
  const [custom, setCustom] = useState(() => localInputValue(new Date(now.getTime() + 2 * HOUR_MS)));
  const [busy, setBusy] = useState(false);
  const morning = clockTime(morningIn(1, now).toISOString(), locale);
  const choices = [
    { label: t('snooze.hour'), until: new Date(now.getTime() + HOUR_MS) },
    { label: t('snooze.threeHours'), until: new Date(now.getTime() + 3 * HOUR_MS) },
    { label: t('snooze.tomorrow', { time: morning }), until: morningIn(1, now) },
    { label: t('snooze.monday', { time: morning }), until: morningIn(daysToMonday(now), now) },
  ];
  const snooze = async (until: Date) => {
    setBusy(true);
    const isDone = await actions.snooze(until.toISOString());
    setBusy(false);
    if (isDone) onDone();
  };
  const chosen = new Date(custom);
  const isPast = Number.isNaN(chosen.getTime()) || chosen.getTime() <= Date.now();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPast && !busy) void snooze(chosen);
  };
  return (
    <Modal
      opened
      onClose={onDone}
      title={t('snooze.title', { number: String(row.number) })}
      centered
      closeButtonProps={{ 'aria-label': t('app.closeDialog') }}
    >
      <p className={styles.hint}>{t('snooze.hint')}</p>
      <div className={styles.choices}>
        {choices.map(({ label, until }, index) => (
          <button
            type="button"
            key={label}
            className={styles.choice}
            disabled={busy}
            onClick={() => void snooze(until)}
            data-autofocus={index === 0 || undefined}
          >
            <span>{label}</span>
            <span className={styles.hint}>{dayAndTime(until.toISOString(), locale)}</span>
          </button>
        ))}
      </div>
      <form className={styles.custom} onSubmit={submit}>
        <label>
          <span>{t('snooze.custom')}</span>
          <input
            type="datetime-local"
            aria-label={t('snooze.until')}
            value={custom}
            min={localInputValue(now)}
            onChange={(event) => setCustom(event.currentTarget.value)}
            aria-invalid={isPast}
          />
        </label>
        <Button type="submit" variant="default" disabled={isPast || busy}>
          {t('snooze.submit')}
        </Button>
      </form>
      {isPast && (
        <p className={styles.wrong} role="alert">
          {t('snooze.past')}
        </p>
      )}
    </Modal>
  );
}
