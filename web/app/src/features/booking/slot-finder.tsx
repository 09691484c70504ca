'use client';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useMyId } from '@/entities/session/store';
import type { Named, SlotRow, UnderstoodWords } from '@/shared/api/types';
import { useAppLocale } from '@/shared/i18n/locale';
import { isFreeInPane, isTyping } from '@/shared/lib/focus';
import { whoAndWhere } from '@/shared/lib/slot';
import { clockTime } from '@/shared/lib/time';
import { useListbox } from '@/shared/lib/use-listbox';
import { type SlotState, stateOf, useSlotChanges } from '@/shared/live/slot-store';
import controls from '@/shared/ui/controls.module.css';
import styles from './booking.module.css';
import type { Search } from './chosen-slots';
import { Filters } from './slot-filters';
import { Understood, useSlotTime } from './slot-words';
import { anySlot, type SlotFilter, useDirectory, useSlots } from './use-slots';

interface SlotFinderProps {
  /** Somebody has just asked for it. Otherwise it came by itself, as a hold ended. */
  isAsked: boolean;
  search: Search;
  /** Shown instead of what was searched for, until something else is. */
  alternatives: SlotRow[] | null;
  busy: boolean;
  onPick: (slot: SlotRow) => void;
  onSearch: (search: Search) => void;
  /** Nothing suits: wait for what was looked for. Null: nobody to wait, or a visit is being moved. */
  onWait: ((filter: SlotFilter, understood: UnderstoodWords | null) => void) | null;
  onLeave: () => void;
}

/** A wish in words or by filters, and the free slots that fulfil it: arrows choose, Enter holds. */
export function SlotFinder({ isAsked, search, alternatives, busy, onPick, onSearch, onWait, onLeave }: SlotFinderProps) {
  const t = useTranslations('booking');
  const me = useMyId();
  const { words, filter } = search;
  const { found, settled, ask } = useSlots(words, filter, true);
  const { specialties, practitioners, locations } = useDirectory(anySlot, onWait !== null);
  const changes = useSlotChanges();
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it comes
  useEffect(() => {
    if (isAsked ? !isTyping() : isFreeInPane()) field.current?.focus();
  }, []);

  const items = alternatives ?? found.data?.items ?? [];
  // The alternatives are as new as the refusal they came with.
  const askedAt = alternatives ? Number.POSITIVE_INFINITY : (found.data?.askedAt ?? 0);
  const listed = items.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the column is short, and what is chosen from gets all of it once it is there
  useEffect(() => {
    field.current?.closest('section')?.scrollIntoView({ block: 'start' });
  }, [listed]);
  const states = items.map((slot) => stateOf(slot, askedAt, changes));
  const isFree = ({ heldBy, booked }: SlotState) => !booked && (!heldBy || heldBy.id === me);
  const pick = (index: number) => {
    if (!alternatives && !settled) return ask();
    const [slot, state] = [items[index], states[index]];
    if (slot && state && isFree(state) && !busy) onPick(slot);
  };
  const listbox = useListbox({
    count: items.length,
    onPick: pick,
    onEscape: () => {
      if (words) onSearch({ words: '', filter });
      else onLeave();
      return true;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list: begin at its top
  useEffect(() => {
    listbox.setActive(0);
  }, [words, filter, alternatives]);
  const wait = () => {
    if (!onWait) return;
    const understood = (words.trim() && found.data?.understood) || null;
    // Words name what a wish needs by its id.
    const idOf = (known: readonly Named[], names: readonly string[] = []) => known.find((each) => names.includes(each.name))?.id ?? '';
    onWait(
      {
        specialty: filter.specialty || idOf(specialties, understood?.specialties),
        practitioner: filter.practitioner || idOf(practitioners, understood?.practitioners),
        location: filter.location || idOf(locations, understood?.locations),
      },
      understood,
    );
  };

  return (
    <>
      <input
        {...listbox.field}
        ref={field}
        className={styles.words}
        value={words}
        maxLength={200}
        onChange={(event) => onSearch({ words: event.target.value, filter })}
        placeholder={t('wordsExample')}
        aria-label={t('words')}
      />
      <Filters filter={filter} onChange={(next) => onSearch({ words, filter: next })} />
      <p role="status" className={styles.quiet}>
        {alternatives ? (
          alternatives.length > 0 ? (
            t('alternatives')
          ) : (
            t('noAlternatives')
          )
        ) : found.isError && !found.data ? (
          <span className={styles.trouble}>{t('slotsFailed')}</span>
        ) : (
          settled && found.data?.understood && words.trim() && <Understood words={found.data.understood} />
        )}
      </p>
      <div
        role="listbox"
        {...listbox.list}
        aria-label={t('slots')}
        className={styles.slots}
        aria-busy={busy || (!alternatives && !settled)}
      >
        {items.map((slot, index) => {
          const state = states[index] ?? { heldBy: null, booked: false };
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field owns the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (aria-activedescendant)
            <div
              key={slot.id}
              role="option"
              {...listbox.option(index)}
              aria-disabled={!isFree(state)}
              className={styles.slot}
              data-state={state.booked ? 'booked' : state.heldBy ? 'held' : 'free'}
              onClick={() => pick(index)}
            >
              <Slot slot={slot} state={state} mine={state.heldBy?.id === me} />
            </div>
          );
        })}
      </div>
      {!alternatives && found.data && items.length === 0 && <p className={styles.quiet}>{t('noSlots')}</p>}
      <Freshness readAt={found.data?.readAt ?? null} stale={found.data?.stale ?? false} shown={!alternatives && found.data !== undefined} />
      <span className={styles.choices}>
        {onWait && (
          <button type="button" className={controls.button} onClick={wait}>
            {t('waiting.begin')}
          </button>
        )}
        <button type="button" className={controls.button} onClick={onLeave}>
          {t('leave')} <kbd aria-hidden>Esc</kbd>
        </button>
      </span>
    </>
  );
}

function Slot({ slot, state, mine }: { slot: SlotRow; state: SlotState; mine: boolean }) {
  const t = useTranslations('booking');
  const time = useSlotTime();
  return (
    <>
      <span className={styles.when}>{time(slot)}</span>
      <span>{whoAndWhere(slot)}</span>
      {(state.booked || state.heldBy) && (
        <span className={styles.holder}>
          <IconLock size={13} aria-hidden />{' '}
          {state.booked ? t('takenNow') : mine ? t('heldByYou') : t('heldBy', { name: state.heldBy?.name ?? '' })}
        </span>
      )}
    </>
  );
}

function Freshness({ readAt, stale, shown }: { readAt: string | null; stale: boolean; shown: boolean }) {
  const t = useTranslations('booking');
  const locale = useAppLocale();
  if (!shown) return null;
  if (!readAt) return <p className={styles.trouble}>{t('neverRead')}</p>;
  return <p className={stale ? styles.trouble : styles.quiet}>{t(stale ? 'staleAt' : 'freshAt', { time: clockTime(readAt, locale) })}</p>;
}
