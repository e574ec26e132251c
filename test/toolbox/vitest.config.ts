import { defineConfig } from 'vitest/config';

/** The image itself: built by buildah on a base of debootstrap, run as ECS runs it. Linux, root; about a minute. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary.ts', 'test/toolbox/support/global-setup.ts'],
    include: ['test/toolbox/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
