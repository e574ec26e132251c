import { resolve } from 'node:path';
import { bundleFunctions } from './bundle.ts';
import { InvalidConfiguration } from './configuration.ts';
import { buildToolbox } from './toolbox.ts';

/** `npm run build [-- CONFIG]`: the functions into dist/functions/NAME/handler.mjs, the toolbox into dist/toolbox. */
async function main(configFile: string): Promise<void> {
  const [bundles] = await Promise.all([
    bundleFunctions({ outDir: resolve('dist/functions'), configFile: resolve(configFile) }),
    buildToolbox(resolve('dist/toolbox')),
  ]);
  for (const { name, bytes } of bundles)
    console.log(`dist/functions/${name}/handler.mjs  ${(bytes / 1000).toFixed(0)} kB`);
  console.log('dist/toolbox');
}

try {
  await main(process.argv[2] ?? 'batuta.yml');
} catch (error) {
  console.error(error instanceof InvalidConfiguration ? error.message : error);
  process.exitCode = 1;
}
