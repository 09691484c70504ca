'use client';
import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Outcome, RequestRow } from '@/shared/api/types';
import styles from './dialogs.module.css';
import type { RequestActions } from './use-request-actions';

const outcomes = ['booked', 'answered', 'declined', 'unreachable', 'spam'] as const satisfies readonly Outcome[];

export function CloseDialog({ row, actions, onDone }: { row: RequestRow; actions: RequestActions; onDone: () => void }) {
  const t = useTranslations();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!outcome || busy) return;
    setBusy(true);
    const isClosed = await actions.close(outcome, reason.trim() || undefined);
    setBusy(false);
    if (isClosed) onDone();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    const inReason = event.target instanceof HTMLTextAreaElement;
    const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
    if (digit && !inReason) {
      event.preventDefault();
      event.currentTarget.querySelectorAll<HTMLInputElement>('input[type=radio]')[Number(digit) - 1]?.focus();
      setOutcome(outcomes[Number(digit) - 1] ?? null);
    } else if (event.key === 'Enter' && (inReason ? event.ctrlKey || event.metaKey : event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      void submit();
    }
  };
  return (
    <Modal
      opened
      onClose={onDone}
      title={t('close.title', { number: String(row.number) })}
      centered
      closeButtonProps={{ 'aria-label': t('app.closeDialog') }}
    >
      <form onSubmit={(event) => void submit(event)} onKeyDown={onKeyDown} className={styles.form}>
        <fieldset className={styles.options}>
          <legend>{t('close.outcome')}</legend>
          {outcomes.map((each, index) => (
            <label key={each} className={styles.option} data-checked={outcome === each || undefined}>
              <input
                type="radio"
                name="outcome"
                value={each}
                checked={outcome === each}
                onChange={() => setOutcome(each)}
                data-autofocus={index === 0 || undefined}
              />
              <span>{t(`outcome.${each}`)}</span>
              <kbd aria-hidden>{index + 1}</kbd>
            </label>
          ))}
        </fieldset>
        <Textarea
          label={t('close.reason')}
          description={t('close.reasonHint')}
          autosize
          minRows={2}
          maxRows={5}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={styles.foot}>
          <span className={styles.hint}>{t('close.keys')}</span>
          <Button type="submit" disabled={!outcome || busy}>
            {t('close.submit')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
