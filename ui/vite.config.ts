import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  clearScreen: false,
  plugins: [svelte()],
  // Tests run on Node, where Svelte would otherwise be taken in its form for servers.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  server: { port: 5173, strictPort: true },
  build: { target: ['es2022', 'safari16'], outDir: 'dist', emptyOutDir: true },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    restoreMocks: true,
    // A slow machine is no fault.
    testTimeout: 60_000,
  },
}));
