import { create } from 'zustand';

export type Locale = 'ru' | 'en';

const KEY = 'medcrm.locale';
const remembered = (): Locale => (typeof localStorage !== 'undefined' && localStorage.getItem(KEY) === 'en' ? 'en' : 'ru');

const store = create<{ locale: Locale }>(() => ({ locale: remembered() }));
export const useAppLocale = () => store((s) => s.locale);

export function setLocale(locale: Locale) {
  localStorage.setItem(KEY, locale);
  document.documentElement.lang = locale;
  store.setState({ locale });
}
