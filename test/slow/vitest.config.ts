import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What takes longer than a test run may: the package that `npm run package` left, and a crash after every call. */
export default defineConfig({
  resolve: base.resolve ?? {},
  test: { globalSetup: ['test/support/temporary.ts'], include: ['test/slow/**/*.test.ts'], testTimeout: 60_000 },
});
