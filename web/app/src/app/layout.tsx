import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.layer.css';
import './globals.css';
import { mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Providers } from './providers';

export const metadata: Metadata = { title: 'Единое окно', robots: 'noindex', icons: '/favicon.svg' };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="ru" {...mantineHtmlProps}>
      <head>
        {/* blocking on purpose: the colour scheme before the first paint */}
        <script src="/boot.js" />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
