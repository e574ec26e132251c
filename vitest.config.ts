import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: ['test/browser/**', 'test/slow/**'], pool: 'threads', testTimeout: 15_000 },
});
