import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests give each handler its configuration; the built-in one exists in bundles only.
  resolve: { alias: { 'batuta:config': fileURLToPath(new URL('test/support/no-config.ts', import.meta.url)) } },
  test: {
    globalSetup: ['test/support/temporary.ts'],
    setupFiles: ['test/support/seed.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/slow/**', 'test/toolbox/**'],
    pool: 'threads',
    // Many tests wait for processes and timers: twice the CI's cores.
    maxWorkers: 4,
    // Files share their workers' modules, which keep no state between tests: half of the time was loading them anew.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
