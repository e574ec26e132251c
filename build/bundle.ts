import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readConfiguration } from './configuration.ts';
import { type baselineBuildOptions, functionBuildOptions } from './esbuild-options.ts';

export interface Bundle {
  /** The function's folder name. */
  name: string;
  /** Absolute path of handler.mjs. */
  file: string;
  bytes: number;
}

const functionsFolder = fileURLToPath(new URL('../functions', import.meta.url));

/** The handlers' source files by function name. */
export function functionEntries(folder = functionsFolder): Map<string, string> {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(folders.map(({ name }) => [name, join(folder, name, 'handler.ts')]));
}

/**
 * Bundles every function into `outDir/NAME/handler.mjs`. Both paths are absolute.
 * @throws InvalidConfiguration when batuta.yml is at fault, esbuild's BuildFailure otherwise.
 */
export async function bundleFunctions(options: {
  outDir: string;
  configFile: string;
  functionsDir?: string;
  /** As deployed, unless a comparison wants other options. */
  buildOptions?: typeof functionBuildOptions | typeof baselineBuildOptions;
}): Promise<Bundle[]> {
  const { configFile, buildOptions = functionBuildOptions } = options;
  const entries = functionEntries(options.functionsDir);
  // Before esbuild, which would sort the messages by its own order.
  readConfiguration(configFile);
  await build({
    ...buildOptions(configFile),
    entryPoints: [...entries].map(([name, file]) => ({ in: file, out: `${name}/handler` })),
    outdir: options.outDir,
    outExtension: { '.js': '.mjs' },
  });
  return [...entries.keys()].map((name) => {
    const file = join(options.outDir, name, 'handler.mjs');
    return { name, file, bytes: statSync(file).size };
  });
}
