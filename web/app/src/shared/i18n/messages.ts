import { en } from './en';
import type { Locale } from './locale';
import { type Messages, ru } from './ru';

export const messages: Record<Locale, Messages> = { ru, en };

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages;
    Locale: Locale;
  }
}
