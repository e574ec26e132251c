import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const directory = (version: string) => join(import.meta.dirname, `../../examples/shop-api-${version}`);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function run(version: string, file: string, port: number) {
  const child = spawn(process.execPath, [file], {
    cwd: directory(version),
    env: { PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return { child, exit: once(child, 'exit'), stdout: text(child.stdout), stderr: text(child.stderr) };
}

async function start(version: string) {
  const port = await freePort();
  const server = run(version, 'server.mjs', port);
  await once(server.child.stdout, 'data');
  return { ...server, port };
}

test.each(['1.0.0', '1.1.0'])(
  'shop-api %s serves, is healthy, logs each request and ends on SIGTERM',
  async (version) => {
    const { port, child, exit, stdout } = await start(version);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(`shop-api ${version}\n`);
    expect(await run(version, 'healthcheck.mjs', port).exit).toEqual([0, null]);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(await stdout).toBe(`shop-api ${version} listening on port ${port}\nGET / 200\nGET /health 200\n`);
  },
);

test('shop-api 1.2.0 starts, then fails with an error', async () => {
  const { exit, stderr } = await start('1.2.0');
  expect(await exit).toEqual([1, null]);
  expect(await stderr).toMatch(/^Error: column orders\.total does not exist/);
});

test('the health check of a server that is not there fails', async () => {
  expect(await run('1.0.0', 'healthcheck.mjs', await freePort()).exit).toEqual([1, null]);
});

test.each(['1.0.0', '1.1.0', '1.2.0'])('the migration of shop-api %s says what it did', async (version) => {
  const { exit, stdout } = run(version, 'migrate.mjs', 0);
  expect(await exit).toEqual([0, null]);
  expect(await stdout).toMatch(new RegExp(`for shop-api ${version}\n[^]*::output migrations=2\n$`));
});

test.each(['1.0.0', '1.1.0', '1.2.0'])('the manifest of shop-api %s names files that are there', async (version) => {
  const manifest = JSON.parse(await readFile(join(directory(version), 'image.json'), 'utf8'));
  expect(manifest).toMatchObject({ port: 8080, command: ['node', 'server.mjs'] });
  await expect(readFile(join(directory(version), manifest.healthCheck.command[2]))).resolves.toBeDefined();
});
