import { expect, test } from 'vitest';
import { runScript, startContainer } from './support/container.ts';

test.each([0, 1, 3, 75, 124, 255])('exit code %i of a script is the container’s', async (code) => {
  expect((await runScript('shell.sh', [`exit ${code}`])).exitCode).toBe(code);
});

test.each([
  ['SIGKILL', 137],
  ['SEGV', 139],
  ['TERM', 143],
])('a script that dies of %s is %i', async (signal, code) => {
  expect((await runScript('shell.sh', [`kill -s ${signal.replace('SIG', '')} $$`])).exitCode).toBe(code);
});

test('a script that is not there is 127', async () => {
  expect(await runScript('absent.sh')).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('absent.sh') });
});

test('another command than `run` is 64: the image runs its scripts and nothing else', async () => {
  expect((await startContainer(['bash', '-c', 'id']).result).exitCode).toBe(64);
});
