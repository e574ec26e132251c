import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'batuta-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A start with a temporary folder of its own, in a process group of its own. */
function start(name: string, local: string, given: readonly string[] = []) {
  const temporary = join(folder, name, 'tmp');
  mkdirSync(temporary, { recursive: true });
  copyFileSync('batuta.yml', join(folder, name, 'batuta.yml'));
  writeFileSync(join(folder, name, 'batuta.local.yml'), local);
  const config = join(folder, name, 'batuta.yml');
  const argv = ['local/start.ts', '--no-demo', '--port', '0', '--aws-port', '0', '--config', config, ...given];
  const child = spawn(process.execPath, argv, { detached: true, env: { ...process.env, TMPDIR: temporary } });
  const printed = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.error += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    printed,
    /** Resolves once the start has made its temporary folder. */
    async begun() {
      while (readdirSync(temporary).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    async end() {
      const code = await ended;
      return { code, left: readdirSync(temporary) };
    },
  };
}

test.concurrent('Ctrl-C while it starts ends it without a word and leaves nothing', async () => {
  const started = start('interrupted', 'images: {}\n');
  await started.begun();
  started.interrupt();
  const { left } = await started.end();
  expect(started.printed).toEqual({ out: '', error: '' });
  expect(left).toEqual([]);
});

test.concurrent('what the local AWS refuses of batuta.local.yml is one line that names its place', async () => {
  const started = start('refused', `images: { "a:1": ${JSON.stringify(folder)} }\n`);
  const { code, left } = await started.end();
  expect(started.printed.error.trim().split('\n')).toEqual([
    expect.stringMatching(/^batuta\.local\.yml images, repository a: .*length greater than or equal to 2$/),
  ]);
  expect({ code, left }).toEqual({ code: 1, left: [] });
});

test.concurrent('it ends when nobody reads its output any more', async () => {
  const started = start('unread', 'images: {}\n', ['--json']);
  started.child.stdout.destroy();
  const { left } = await started.end();
  expect(started.printed.error).toBe('');
  expect(left).toEqual([]);
});
