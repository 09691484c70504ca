import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  test: { environment: 'jsdom', setupFiles: ['./vitest.setup.ts'], css: false, include: ['src/**/*.test.{ts,tsx}'] },
});
