import { defineConfig } from 'vitest/config';

/** Tests of what `npm run package` left in .serverless. */
export default defineConfig({ test: { include: ['test/slow/**/*.test.ts'], testTimeout: 60_000 } });
