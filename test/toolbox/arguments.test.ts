import { expect, test } from 'vitest';
import { runScript } from './support/container.ts';

const difficult = [
  ...[
    'two words',
    '',
    '  ',
    '"double"',
    "it's",
    '*',
    '/etc/*',
    '?',
    '[a-z]',
    '{a,b}',
    '~',
    '$HOME',
    `\${HOME}`,
    '$(id)',
  ],
  ...['`id`', '\\', '\\n', 'line\nbreak', 'tab\there', ';', '&& id', '| id', '> /tmp/x', '#', '!', '--', '-n', '-e'],
  ...['pässwörd 🔑', '%s', 'a=b', '{{name}}'],
];

test.each(['sh', 'py', 'mjs', 'js', 'ts'])('arguments reach a .%s script unchanged', async (extension) => {
  const { exitCode, bytes, stderr } = await runScript(`arguments.${extension}`, difficult);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(bytes.toString().split('\0').slice(0, -1)).toEqual(difficult);
});

test('no arguments are no arguments', async () => {
  expect((await runScript('arguments.py')).stdout).toBe('');
});
