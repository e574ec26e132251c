import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildToolbox } from '../../../build/toolbox.ts';
import { buildToolboxImage } from './build-images.ts';
import { type Buildah, openBuildah } from './buildah.ts';
import type { Image } from './image.ts';

const ownScripts = join(import.meta.dirname, '../scripts');

/** Builds the image, with the scripts of these tests beside the example scripts, and mounts it for the tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) throw new Error('debootstrap, buildah and mounting need root: run it with sudo');
  const folder = await mkdtemp(join(tmpdir(), 'toolbox-image-'));
  const buildah = await openBuildah(folder);
  const teardown = async () => {
    await buildah('unmount', '--all');
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const context = join(folder, 'context');
    await buildToolbox(context);
    await cp(ownScripts, join(context, 'scripts'), { recursive: true });
    project.provide('image', await mounted(buildah, await buildToolboxImage(buildah, context)));
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function mounted(buildah: Buildah, name: string): Promise<Image> {
  const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'image', name));
  const { User, Entrypoint, Env, WorkingDir } = OCIv1.config;
  const container = await buildah('from', '--pull-never', name);
  const root = await buildah('mount', container);
  return { root, user: User, entryPoint: Entrypoint, environment: Env, directory: WorkingDir };
}
