'use client';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { isFreeInPane } from '@/shared/lib/focus';
import { whoAndWhere } from '@/shared/lib/slot';
import controls from '@/shared/ui/controls.module.css';
import styles from './booking.module.css';
import type { Chosen } from './chosen-slots';
import { useSlotTime } from './slot-words';

interface HeldSlotProps {
  chosen: Chosen;
  busy: boolean;
  moving: boolean;
  onConfirm: () => void;
  onRelease: () => void;
  onExpired: () => void;
}

/** The slot is ours for a while: the next Enter books it, Esc lets it go, time does too. */
export function HeldSlot({ chosen, busy, moving, onConfirm, onRelease, onExpired }: HeldSlotProps) {
  const t = useTranslations('booking');
  const time = useSlotTime();
  const left = useSecondsLeft(chosen.hold.expiresAt);
  const main = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Only whoever chose it here goes on here; coming back to the request, the reader stays where they are.
    if (isFreeInPane()) main.current?.focus();
  }, []);
  const isOver = left <= 0 && !busy;
  useEffect(() => {
    if (isOver) onExpired();
  }, [isOver, onExpired]);
  const { slot } = chosen;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc on either of its buttons
    <div
      className={styles.held}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !busy) {
          event.stopPropagation();
          onRelease();
        }
      }}
    >
      <span className={styles.when}>{time(slot)}</span>
      <span>{whoAndWhere(slot)}</span>
      <span className={styles.left}>
        {t('heldForYou', { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, '0') })}
      </span>
      <span className={styles.choices}>
        <button ref={main} type="button" className={controls.button} data-main aria-disabled={busy} onClick={onConfirm}>
          {busy ? t('asking') : moving ? t('moveHere') : t('book')} <kbd aria-hidden>Enter</kbd>
        </button>
        <button type="button" className={controls.button} disabled={busy} onClick={onRelease}>
          {t('release')} <kbd aria-hidden>Esc</kbd>
        </button>
      </span>
    </div>
  );
}

function useSecondsLeft(until: string) {
  const count = () => Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000));
  const [left, setLeft] = useState(count);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it counts by the clock, not by itself
  useEffect(() => {
    setLeft(count());
    const timer = setInterval(() => setLeft(count()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
