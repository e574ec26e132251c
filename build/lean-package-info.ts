import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The whole package.json of a client is bundled for the version in its User-Agent; of it only that is left, 2 kB less each. */
export const leanPackageInfoPlugin: Plugin = {
  name: 'batuta-lean-package-info',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
