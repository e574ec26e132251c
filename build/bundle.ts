import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, build } from 'esbuild';
import { InvalidConfiguration } from './configuration.ts';
import { functionBuildOptions } from './esbuild-options.ts';

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
}): Promise<Bundle[]> {
  const entries = functionEntries(options.functionsDir);
  try {
    await build({
      ...functionBuildOptions(options.configFile),
      entryPoints: [...entries].map(([name, file]) => ({ in: file, out: `${name}/handler` })),
      outdir: options.outDir,
      outExtension: { '.js': '.mjs' },
    });
  } catch (error) {
    const ours = (error as BuildFailure).errors?.filter(({ pluginName }) => pluginName === 'batuta-config') ?? [];
    if (ours.length === 0) throw error;
    throw new InvalidConfiguration([...new Set(ours.map(({ text }) => text))].join('\n'), { cause: error });
  }
  return [...entries.keys()].map((name) => {
    const file = join(options.outDir, name, 'handler.mjs');
    return { name, file, bytes: statSync(file).size };
  });
}
