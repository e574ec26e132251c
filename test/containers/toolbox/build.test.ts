import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useToolbox } from './toolbox.ts';

const toolbox = useToolbox();

test('the built folder is a local image and a docker build context', async () => {
  const directory = toolbox.directory();
  expect(JSON.parse(await readFile(join(directory, 'image.json'), 'utf8'))).toEqual({
    entryPoint: ['node', 'entrypoint.mjs'],
  });
  const copied = (await readFile(join(directory, 'Dockerfile'), 'utf8')).matchAll(/^COPY (?!--from)(.*) \S+$/gm);
  const names = [...copied].flatMap(([, sources]) => sources?.split(' ') ?? []);
  expect(names).toEqual(['package.json', 'entrypoint.mjs', 'scripts']);
  expect(await readdir(directory)).toEqual(expect.arrayContaining(names));
});

test('the example scripts keep their executable bits', async () => {
  const { mode } = await stat(join(toolbox.directory(), 'scripts', 'db-backup.sh'));
  expect(mode & 0o111).toBe(0o111);
});
