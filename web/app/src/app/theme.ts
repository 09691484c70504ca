import { type CSSVariablesResolver, createTheme, Modal } from '@mantine/core';

export const theme = createTheme({
  components: {
    Modal: Modal.extend({ styles: { title: { fontSize: 17, fontWeight: 650 } } }),
  },
  fontFamily: 'var(--font)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 8,
  primaryColor: 'tide',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  colors: {
    tide: ['#e2f3f6', '#c8e6ec', '#9fd3dd', '#72bfcd', '#4fadbf', '#2f98ad', '#1b8297', '#107082', '#0a6273', '#064e5c'],
    dark: ['#e2e9ed', '#b6c3cb', '#a0b0ba', '#6c7d88', '#3d4c56', '#2a363e', '#1c252b', '#151c21', '#10161a', '#0b1013'],
  },
});

/** Mantine's own dimmed, placeholder and disabled colours stay below 4.5:1. */
export const themeVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-placeholder': 'var(--ink-2)',
    '--mantine-color-disabled-color': 'var(--ink-2)',
    '--mantine-color-default-border': 'var(--control-line)',
    '--mantine-color-error': 'var(--danger-ink)',
  },
  light: {},
  dark: { '--mantine-color-body': 'var(--surface)', '--mantine-color-text': 'var(--ink)' },
});
