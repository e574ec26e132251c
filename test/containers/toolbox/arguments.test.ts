import { expect, test } from 'vitest';
import { has, useToolbox } from './toolbox.ts';

const toolbox = useToolbox();

const awkward = [
  '',
  ' ',
  'two words',
  '"quoted"',
  "it's",
  '$(echo x)',
  '`id`',
  '*',
  '~',
  '$HOME',
  'a\nb',
  '--',
  '-x',
  'é',
  '\\',
];

test('a script gets exactly the arguments that were given, with no shell between', async () => {
  const name = await toolbox.add('argv.mjs', 'console.log(JSON.stringify(process.argv.slice(2)));');
  const { stdout, code } = await toolbox.run(name, awkward);
  expect(JSON.parse(stdout)).toEqual(awkward);
  expect(code).toBe(0);
});

test.skipIf(!has('bash'))('a bash script gets exactly the arguments that were given (needs bash)', async () => {
  const name = await toolbox.add('argv.sh', 'printf "%s\\0" "$@"');
  const { stdout } = await toolbox.run(name, awkward);
  expect(stdout.split('\0').slice(0, -1)).toEqual(awkward);
});

test.skipIf(!has('python3'))('a Python script gets exactly the arguments that were given (needs python3)', async () => {
  const name = await toolbox.add('argv.py', 'import json, sys\nprint(json.dumps(sys.argv[1:]))');
  const { stdout } = await toolbox.run(name, awkward);
  expect(JSON.parse(stdout)).toEqual(awkward);
});

test.each([
  ['module.ts', 'const n: number = 1; console.log(n + 1);'],
  ['classic.js', 'console.log(require("node:path").sep.length + 1);'],
  ['modern.js', 'import { sep } from "node:path"; console.log(sep.length + 1);'],
])('Node runs %s', async (name, content) => {
  await toolbox.add(name, content);
  expect(await toolbox.run(name)).toMatchObject({ code: 0, stdout: '2\n' });
});

test('the script sees the environment of the container and an empty standard input', async () => {
  const source = 'process.stdin.on("end", () => console.log(process.env.COLOUR)).resume();';
  const name = await toolbox.add('environment.mjs', source);
  expect(await toolbox.run(name, [], { COLOUR: 'red' })).toMatchObject({ code: 0, stdout: 'red\n' });
});

test('a script named by a link to another script of the folder runs by the real file’s extension', async () => {
  const { symlink } = await import('node:fs/promises');
  await toolbox.add('real.mjs', 'console.log("linked");');
  await symlink('real.mjs', `${toolbox.directory()}/scripts/latest`);
  expect(await toolbox.run('latest')).toMatchObject({ code: 0, stdout: 'linked\n' });
});
