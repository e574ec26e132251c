import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'batuta-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL('../../..', import.meta.url));

test('batuta run JOB --local | head: the script is stopped, and nothing is left behind', async () => {
  const args = ['cli/batuta.ts', 'run', 'slow-loop', '--local', '-p', 'steps=600'];
  const command = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(command, 'exit');
  await once(command.stdout, 'data');
  expect(readdirSync(folder)).not.toEqual([]);
  command.stdout.destroy();
  command.stderr.destroy();
  expect(await ended).toEqual([143, null]);
  expect(readdirSync(folder)).toEqual([]);
});
