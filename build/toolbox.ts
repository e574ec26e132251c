import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ImageManifest } from '../local/cloud/service.ts';

const source = join(import.meta.dirname, '../containers/toolbox');
const manifest: ImageManifest = { entryPoint: ['node', 'entrypoint.mjs'] };

/**
 * Builds the toolbox into `outDir`, replacing what is there. The folder is a local image
 * (image.json) and the context of `docker build` at once.
 */
export async function buildToolbox(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    bundleEntryPoint(join(outDir, 'entrypoint.mjs')),
    cp(join(source, 'scripts'), join(outDir, 'scripts'), { recursive: true }),
    cp(join(source, 'Dockerfile'), join(outDir, 'Dockerfile')),
    writeFile(join(outDir, 'image.json'), `${JSON.stringify(manifest, null, 2)}\n`),
    // Ends Node's search for a package.json: a .js script means the same here and in the container.
    writeFile(join(outDir, 'package.json'), '{ "private": true }\n'),
  ]);
}

async function bundleEntryPoint(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(source, 'entrypoint.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
  });
}
