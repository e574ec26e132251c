import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunctions, functionEntries } from '../../build/bundle.ts';
import { functionBuildOptions } from '../../build/esbuild-options.ts';
import { once } from './once.ts';
import { root, temporaryFolder } from './paths.ts';

/** A function bundled both ways; absolute paths. */
export interface Bundled {
  name: string;
  ours: string;
  byDefault: string;
}

const configFile = join(root, 'batuta.yml');

/** esbuild's defaults for Node; only what resolves `batuta:config` is ours, as nothing builds without it. */
async function bundleByDefault(entry: string, outfile: string): Promise<void> {
  const { plugins } = functionBuildOptions(configFile);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', plugins, logLevel: 'error' });
}

/** Every function, bundled as it is deployed and as esbuild would by default. */
export const bundled = once(async (): Promise<Bundled[]> => {
  const folder = temporaryFolder();
  const entries = functionEntries();
  const bundles = await bundleFunctions({ outDir: join(folder, 'ours'), configFile });
  return Promise.all(
    bundles.map(async ({ name, file }) => {
      const byDefault = join(folder, 'default', `${name}.cjs`);
      await bundleByDefault(entries.get(name) ?? '', byDefault);
      return { name, ours: file, byDefault };
    }),
  );
});
