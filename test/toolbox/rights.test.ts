import { expect, test } from 'vitest';
import { runScript, startContainer } from './support/container.ts';

const shell = (script: string) => runScript('shell.sh', [script]);

test('scripts run as a user without rights', async () => {
  const { stdout } = await shell('id -u; id -g; id -G; grep -E "^Cap(Prm|Eff|Amb)" /proc/self/status');
  const none = '0000000000000000';
  expect(stdout).toBe(`10001\n10001\n10001\nCapPrm:\t${none}\nCapEff:\t${none}\nCapAmb:\t${none}\n`);
});

test('no file of the image makes a script another user', async () => {
  expect((await shell('find / -xdev -type f -perm /6000 2>/dev/null; true')).stdout).toBe('');
});

test('what the image runs is not the user’s to change', async () => {
  const places = '/ /toolbox /toolbox/scripts /toolbox/entrypoint.mjs /usr/local/bin /etc';
  const { stdout } = await shell(`find ${places} -maxdepth 1 -user toolbox 2>/dev/null; true`);
  expect(stdout).toBe('');
});

test('with a read-only root only /tmp can be written', async () => {
  const { stdout } = await shell(
    'for d in / /toolbox "$HOME" /var/tmp /dev /tmp; do touch "$d/x" 2>/dev/null && echo "$d"; done; true',
  );
  expect(stdout).toBe('/tmp\n');
});

test('with nowhere to write at all a script still runs', async () => {
  const { exitCode, stdout } = await startContainer(['run', 'slow-loop.mjs', '2', '10'], { tmp: false }).result;
  expect({ exitCode, last: stdout.trim().split('\n').at(-1) }).toEqual({ exitCode: 0, last: '::output steps=2' });
});

test('the tools are there, and Node is the one that the project uses', async () => {
  const { exitCode, stdout } = await shell(
    'node --version; for t in aws jq psql pg_dump mysql mysqldump; do $t --version; done',
  );
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')[0]).toBe(process.version);
});
