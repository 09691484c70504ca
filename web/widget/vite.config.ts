import { defineConfig } from 'vitest/config';

// One classic script and nothing beside it: it is what a site embeds.
export default defineConfig({
  build: {
    outDir: 'out',
    target: 'es2022',
    reportCompressedSize: true,
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'MedCrmChat', fileName: () => 'chat.js' },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
});
