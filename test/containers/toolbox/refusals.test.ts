import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { useToolbox } from './toolbox.ts';

const toolbox = useToolbox();
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  const scripts = join(toolbox.directory(), 'scripts');
  await writeFile(join(toolbox.directory(), 'outside.mjs'), 'console.log("ran");');
  await mkdir(join(scripts, 'folder.mjs'));
  await writeFile(join(scripts, 'folder.mjs', 'inner.mjs'), 'console.log("ran");');
  await symlink('../outside.mjs', join(scripts, 'escape.mjs'));
  await symlink('folder.mjs/inner.mjs', join(scripts, 'deeper.mjs'));
  await symlink('nowhere.mjs', join(scripts, 'dangling.mjs'));
  await toolbox.add('notes.txt', 'not a script');
  await toolbox.add('secret.mjs', '');
  await chmod(join(scripts, 'secret.mjs'), 0);
  await toolbox.add('fine.mjs', 'console.log("ran");');
});

test.each([
  ['a script that is absent', 'absent.sh', 127, /no script "absent.sh"/],
  ['a path that leaves the folder', '../outside.mjs', 127, /not a plain file name/],
  ['an absolute path', '/bin/sh', 127, /not a plain file name/],
  ['a path inside the folder', 'folder.mjs/inner.mjs', 127, /not a plain file name/],
  ['the folder itself', '.', 127, /not a plain file name/],
  ['the parent folder', '..', 127, /not a plain file name/],
  ['an empty name', '', 127, /not a plain file name/],
  ['a link that leaves the folder', 'escape.mjs', 127, /a link that leaves/],
  ['a link to a folder within', 'deeper.mjs', 127, /a link that leaves/],
  ['a dangling link', 'dangling.mjs', 127, /no script/],
  ['a directory', 'folder.mjs', 126, /is not a file/],
  ['an unknown extension', 'notes.txt', 126, /one of \.sh \.py \.js \.mjs \.ts/],
])('%s is refused', async (_what, script, code, message) => {
  const result = await toolbox.run(script);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).toMatch(/^toolbox: [^\n]*\n$/);
});

test.skipIf(isRoot)(
  'a script that is not readable is refused with 126 (not as root, who may read everything)',
  async () => {
    expect(await toolbox.run('secret.mjs')).toMatchObject({
      code: 126,
      stderr: expect.stringContaining('not readable'),
    });
  },
);

test('a name with a newline cannot forge an output line', async () => {
  const { stderr } = await toolbox.run('x\n::output rows=1');
  expect(stderr.split('\n')).toHaveLength(2);
});

test('an interpreter that is not in the image is named', async () => {
  await toolbox.add('report.py', 'print(1)');
  const result = await toolbox.run('report.py', [], { PATH: '/nonexistent' });
  expect(result).toMatchObject({ code: 127, stdout: '', stderr: expect.stringContaining('interpreter python3') });
});

test.each([
  ['no command', []],
  ['no script', ['run']],
  ['an unknown command', ['sh', '-c', 'echo ran']],
])('%s is a usage error', async (_what, args) => {
  const result = await toolbox.start(args).result;
  expect(result).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('usage: run SCRIPT') });
});

test.each(['BATUTA_DEADLINE', 'BATUTA_STOP_TIMEOUT'])('%s that is no number runs nothing', async (name) => {
  const result = await toolbox.run('fine.mjs', [], { [name]: 'tomorrow' });
  expect(result).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining(name) });
});
