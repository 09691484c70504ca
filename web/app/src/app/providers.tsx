'use client';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { IntlProvider } from 'use-intl';
import { untilAnswered } from '@/shared/api/ask-again';
import { useAppLocale } from '@/shared/i18n/locale';
import { messages } from '@/shared/i18n/messages';
import { ru } from '@/shared/i18n/ru';
import { cspNonce } from '@/shared/lib/csp';
import { theme, themeVariables } from './theme';

const never = () => () => {};

/** The exported pages hold only a skeleton without styles; the window mounts after hydration, so nothing can mismatch and the CSP has nothing to block. */
export function Providers({ children }: { children: ReactNode }) {
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const locale = useAppLocale();
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchInterval: untilAnswered } },
      }),
  );
  if (!inBrowser)
    return (
      <div className="boot" role="status">
        {ru.app.loading}
      </div>
    );
  return (
    <IntlProvider locale={locale} messages={messages[locale]} timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}>
      <QueryClientProvider client={queries}>
        <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={cspNonce} cssVariablesResolver={themeVariables}>
          {children}
        </MantineProvider>
      </QueryClientProvider>
    </IntlProvider>
  );
}
