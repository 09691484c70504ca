import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { ru } from '../i18n/ru';

/** What every component stands on, without styles and motion. */
export function InTest({ children }: { children: ReactNode }) {
  return (
    <IntlProvider locale="ru" messages={ru} timeZone="Europe/Moscow">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MantineProvider env="test">{children}</MantineProvider>
      </QueryClientProvider>
    </IntlProvider>
  );
}
