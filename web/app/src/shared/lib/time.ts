import type { Locale } from '../i18n/locale';

const cache = new Map<string, Intl.DateTimeFormat>();
function format(locale: Locale, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const cached = cache.get(locale + key);
  if (cached) return cached;
  const made = new Intl.DateTimeFormat(locale, options);
  cache.set(locale + key, made);
  return made;
}

const sameDay = (a: Date, b: Date) => a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();

export const clockTime = (iso: string | number, locale: Locale) =>
  format(locale, 't', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

export const dayAndTime = (iso: string, locale: Locale) =>
  format(locale, 'dt', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

export const fullTime = (iso: string, locale: Locale) =>
  format(locale, 'f', { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    new Date(iso),
  );

export const calendarDate = (date: string, locale: Locale) =>
  format(locale, 'd', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));

/** «пт, 27 нояб., 17:30» of a wall clock's `2026-11-27T17:30`, whatever the reader's own zone. */
export const localMoment = (local: string, locale: Locale) =>
  format(locale, 'lm', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(
    new Date(`${local}:00Z`),
  );

/** The same of an instant, by the clock of a zone. */
export const momentIn = (iso: string, timeZone: string, locale: Locale) =>
  format(locale, `z${timeZone}`, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone }).format(
    new Date(iso),
  );

export const dayOf = (date: string, locale: Locale) =>
  format(locale, 'do', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));

/** Today the time is enough; earlier the day matters more. */
export function shortMoment(iso: string, now: number, locale: Locale): string {
  const at = new Date(iso);
  return sameDay(at, new Date(now)) ? clockTime(iso, locale) : format(locale, 's', { day: 'numeric', month: 'short' }).format(at);
}

/** A moment ahead: the clock alone when it is today. */
export const nearMoment = (iso: string, now: number, locale: Locale) =>
  sameDay(new Date(iso), new Date(now)) ? clockTime(iso, locale) : dayAndTime(iso, locale);

export function dayHeading(iso: string, now: number, locale: Locale, today: string, yesterday: string): string {
  const at = new Date(iso);
  if (sameDay(at, new Date(now))) return today;
  if (sameDay(at, new Date(now - 86_400_000))) return yesterday;
  return format(locale, 'h', { weekday: 'short', day: 'numeric', month: 'long' }).format(at);
}

export const dayKey = (iso: string) => {
  const at = new Date(iso);
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
};

/** Whole minutes split for words such as "2 ч 5 мин"; beyond two days only days matter. */
export function span(ms: number): { unit: 'minutes' | 'hours' | 'days'; minutes: number; hours: number; days: number } {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const unit = minutes < 60 ? 'minutes' : minutes < 48 * 60 ? 'hours' : 'days';
  return { unit, minutes: unit === 'minutes' ? minutes : minutes % 60, hours: Math.floor(minutes / 60), days: Math.floor(minutes / 1440) };
}

/** The value an `<input type="datetime-local">` understands, in the reader's own zone. */
export function localInputValue(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
