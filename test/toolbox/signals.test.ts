import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Container, runScript, startContainer } from './support/container.ts';

const shell = (script: string, environment = {}): Container =>
  startContainer(['run', 'shell.sh', script], { environment });

async function allGone(pids: readonly number[]): Promise<boolean> {
  const isLeft = () => pids.some((pid) => existsSync(`/proc/${pid}`));
  for (let tries = 0; tries < 40 && isLeft(); tries++) await sleep(50);
  return !isLeft();
}

test('a stop reaches the script, which cleans up and says how it ended', async () => {
  const container = startContainer(['run', 'slow-loop.mjs', '100', '100']);
  await container.printed('step 2 of');
  container.stop(10_000);
  expect(await container.result).toMatchObject({
    exitCode: 143,
    stdout: expect.stringMatching(/\nstopped by SIGTERM after \d+ of 100 steps\n$/),
  });
});

test('a stop reaches what a bash script waits for', async () => {
  const container = startContainer(['run', 'db-backup.sh', '--database', 'shop'], {
    environment: { DB_PASSWORD: 'correct-horse', BATUTA_SECRETS: 'DB_PASSWORD' },
  });
  await container.printed('::progress 15');
  container.stop(10_000);
  expect(await container.result).toMatchObject({
    exitCode: 143,
    stderr: expect.stringContaining('removing the unfinished dump'),
  });
});

test.each(['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)('%s reaches the script', async (signal) => {
  const container = shell(`trap 'echo got it; exit 7' ${signal.slice(3)}; echo ready; while :; do sleep 0.1; done`);
  await container.printed('ready');
  container.signal(signal);
  expect(await container.result).toMatchObject({ exitCode: 7, stdout: expect.stringContaining('got it') });
});

test('a script that ignores the stop is killed when the stop timeout has passed, with all it started', async () => {
  const container = shell("trap '' TERM; setsid sleep 60 & echo ready; while :; do sleep 0.1; done");
  await container.printed('ready');
  const pids = container.processes();
  container.stop(500);
  expect((await container.result).exitCode).toBe(137);
  expect(pids.length).toBeGreaterThanOrEqual(3);
  expect(await allGone(pids)).toBe(true);
});

test('the deadline inside ends a script that ignores SIGTERM: 124', async () => {
  const started = Date.now();
  const environment = { BATUTA_DEADLINE: `${started + 1500}`, BATUTA_STOP_TIMEOUT: '0.5' };
  const { exitCode, stderr } = await shell("trap '' TERM; while :; do sleep 0.1; done", environment).result;
  expect(exitCode).toBe(124);
  expect(stderr).toContain('the deadline has passed: sending SIGTERM');
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('what a script leaves behind ends with the container, also in a session of its own', async () => {
  const container = shell('setsid sleep 60 & sleep 60 & echo ready; sleep 0.3; echo bye');
  await container.printed('ready');
  const pids = container.processes();
  const { exitCode, stdout } = await container.result;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'ready\nbye\n' });
  expect(await allGone(pids)).toBe(true);
});

test('a script that forks and exits is over, and what the fork prints at once is not lost', async () => {
  const { exitCode, stdout } = await runScript('shell.sh', ['(sleep 0.3; echo from the fork) & echo from the script']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'from the script\nfrom the fork\n' });
});
