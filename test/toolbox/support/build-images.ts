import type { Buildah } from './buildah.ts';
import { command } from './command.ts';

/** The release that the Dockerfile's default base is made of. */
const release = 'trixie';
const mirror = 'http://deb.debian.org/debian';
const base = `localhost/debian:${release}`;
const nodeImage = 'localhost/node:24';

/** Builds the toolbox from a build context as its users do, but with both base images made here; resolves with its name. */
export async function buildToolboxImage(buildah: Buildah, context: string): Promise<string> {
  await buildBase(buildah);
  await buildNodeImage(buildah);
  const bases = ['--build-arg', `BASE=${base}`, '--build-arg', `NODE_IMAGE=${nodeImage}`];
  await buildah('bud', '--isolation', 'chroot', '--pull-never', ...bases, '--tag', 'toolbox', context);
  return 'localhost/toolbox:latest';
}

/** What debian:trixie-slim is made of too: debootstrap's smallest variant. */
async function buildBase(buildah: Buildah): Promise<void> {
  const container = await buildah('from', 'scratch');
  const root = await buildah('mount', container);
  await command('debootstrap', ['--variant=minbase', release, root, mirror]);
  await buildah('unmount', container);
  await buildah('commit', '--rm', container, base);
}

/** The base and the Node that this runs with: the npm package `node` has nodejs.org's own binary, as the image node:24 has. */
async function buildNodeImage(buildah: Buildah): Promise<void> {
  const container = await buildah('from', '--pull-never', base);
  await buildah('copy', container, process.execPath, '/usr/local/bin/node');
  await buildah('commit', '--rm', container, nodeImage);
}
