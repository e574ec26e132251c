import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../../local/clock.ts';
import type { ContainerSpec, Engine, ImageManifest } from '../../../local/cloud/service.ts';
import { createProcessEngine } from '../../../local/engine/process-engine.ts';

let directory = '';
const engines: Engine[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'batuta-engine-'));
  await mkdir(join(directory, 'app'));
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});
afterAll(() => rm(directory, { recursive: true }));

interface Given extends Partial<Omit<ContainerSpec, 'image'>> {
  manifest?: ImageManifest;
}

async function start(command: string[], { manifest = {}, ...given }: Given = {}, onLine?: (line: string) => void) {
  const engine = createProcessEngine({ clock: realClock(), temporary: directory, memoryEveryMs: 50 });
  engines.push(engine);
  const lines: string[] = [];
  const health: string[] = [];
  const container = await engine.start(
    {
      name: 'app',
      image: { digest: `sha256:${'0'.repeat(64)}`, directory, manifest },
      entryPoint: undefined,
      command,
      environment: {},
      workingDirectory: undefined,
      stopTimeoutSeconds: 30,
      healthCheck: undefined,
      memoryMiB: undefined,
      hostPort: undefined,
      ...given,
    },
    {
      line: onLine ?? ((line, stream) => lines.push(stream === 'stdout' ? line : `! ${line}`)),
      health: (status) => health.push(status),
    },
  );
  return { engine, container, lines, health };
}

const node = (script: string) => ['node', '-e', script];

/** A killed process that nobody has reaped yet, a zombie, does not count. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

test('every line is delivered in order before the exit, also the last without a newline', async () => {
  const { container, lines } = await start(
    node('for (let i = 0; i < 3000; i++) console.log(i); process.stdout.write("end")'),
  );
  expect(await container.exited).toEqual({ exitCode: 0 });
  expect(lines).toEqual([...Array.from({ length: 3000 }, (_, index) => String(index)), 'end']);
});

test('arguments reach the process unsplit and unexpanded', async () => {
  const { container, lines } = await start(['a b', '$HOME', '*', ''], {
    entryPoint: ['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'],
  });
  await container.exited;
  expect(lines).toEqual(['["a b","$HOME","*",""]']);
});

test('nothing of the host’s environment leaks in', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'host';
  const { container, lines } = await start(node('console.log(JSON.stringify(process.env))'), {
    environment: { A: '1', PORT: '2' },
  });
  await container.exited;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    A: '1',
    PORT: '2',
    HOME: directory,
    HOSTNAME: expect.stringMatching(/^[0-9a-f]{12}$/),
    TMPDIR: directory,
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  });
});

test('node is the Node that runs us', async () => {
  const { container, lines } = await start(node('console.log(process.execPath)'));
  await container.exited;
  expect(lines).toEqual([process.execPath]);
});

test('standard error comes as such', async () => {
  const { container, lines } = await start(node('console.error("oops")'));
  await container.exited;
  expect(lines).toEqual(['! oops']);
});

test('a working directory is inside the image and cannot leave it', async () => {
  const script = node('console.log(process.cwd().split("/").at(-1))');
  const inside = await start(script, { workingDirectory: '/app' });
  await inside.container.exited;
  expect(inside.lines).toEqual(['app']);
  const outside = await start(script, { workingDirectory: '../../app' });
  await outside.container.exited;
  expect(outside.lines).toEqual(['app']);
  await expect(start(script, { manifest: { workingDirectory: 'none' } })).rejects.toThrow(
    /^CannotStartContainerError: .*none/,
  );
});

test('an exit code is kept, a signal is 128 and its number', async () => {
  const exited = await start(node('process.exit(75)'));
  expect(await exited.container.exited).toEqual({ exitCode: 75 });
  const killed = await start(node('process.kill(process.pid, "SIGKILL")'));
  expect(await killed.container.exited).toEqual({ exitCode: 137 });
});

test.each([
  [
    'no-such-program',
    /^CannotStartContainerError: .*exec: "no-such-program": executable file not found in \$PATH: unknown$/,
  ],
  ['./no-such-file', /^CannotStartContainerError: .*stat \.\/no-such-file: no such file or directory/],
])('%s cannot be started', async (file, message) => {
  await expect(start([file])).rejects.toThrow(message);
});

test('a file that is not executable is refused as such', async () => {
  await writeFile(join(directory, 'plain'), 'text', { mode: 0o644 });
  await expect(start(['./plain'])).rejects.toThrow(/permission denied/);
});

test('stop is SIGTERM to the whole group', async () => {
  const { container, lines } = await start([
    'sh',
    '-c',
    'trap "echo parent; exit 3" TERM; node -e \'process.on("SIGTERM", () => { console.log("child"); process.exit(); }); setInterval(() => {}, 1000); console.log("up")\' & wait; wait',
  ]);
  await expect.poll(() => lines).toContain('up');
  container.stop();
  container.stop();
  expect((await container.exited).exitCode).toBe(3);
  expect(lines).toContain('parent');
});

test('SIGKILL comes after the stop timeout', async () => {
  const { container, lines } = await start(
    node('process.on("SIGTERM", () => console.log("no")); setInterval(() => {}, 1000); console.log("up")'),
    {
      stopTimeoutSeconds: 0.2,
    },
  );
  await expect.poll(() => lines).toContain('up');
  container.stop();
  expect(await container.exited).toEqual({ exitCode: 137 });
  expect(lines).toContain('no');
});

test('children that the main process leaves behind are killed', async () => {
  const { container, lines } = await start(['sh', '-c', 'sleep 300 & echo $!']);
  await container.exited;
  await expect.poll(() => alive(Number(lines[0]))).toBe(false);
});

test.runIf(process.platform === 'linux')('a daemon that left the process group ends with the container', async () => {
  const daemon = 'require("child_process").spawn("sleep", ["300"], { detached: true, stdio: "ignore" })';
  const { container, lines } = await start(node(`const child = ${daemon}; child.unref(); console.log(child.pid)`));
  expect(await container.exited).toEqual({ exitCode: 0 });
  await expect.poll(() => alive(Number(lines[0]))).toBe(false);
});

test.runIf(process.platform === 'linux')('a container is killed for more memory than it may have', async () => {
  const grow = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(8 << 20, 1)), 5)';
  const large = await start(node(grow), { memoryMiB: 128 });
  expect(await large.container.exited).toEqual({
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  });
});

test.runIf(process.platform === 'linux')('memory counts over all that the container started', async () => {
  const hold = 'const kept = Buffer.alloc(60 << 20, 1); setTimeout(() => kept, 20_000)';
  const three = await start(['sh', '-c', `for i in 1 2 3; do node -e '${hold}' & done; wait`], { memoryMiB: 150 });
  expect(await three.container.exited).toMatchObject({ exitCode: 137, reason: expect.any(String) });
});

test('a container within its memory is left alone, and a kill from elsewhere is not called out of memory', async () => {
  const { container, lines } = await start(
    node('setTimeout(() => { console.log("done"); process.kill(process.pid, 9) }, 300)'),
    {
      memoryMiB: 512,
    },
  );
  expect(await container.exited).toEqual({ exitCode: 137 });
  expect(lines).toEqual(['done']);
});

test('100 MB in one line come whole, as lines of at most 256 KB', async () => {
  let bytes = 0;
  let largest = 0;
  const command = ['sh', '-c', "head -c 104857600 /dev/zero | tr '\\0' x"];
  const { container } = await start(command, {}, (line) => {
    bytes += line.length;
    largest = Math.max(largest, line.length);
  });
  expect(await container.exited).toEqual({ exitCode: 0 });
  expect(bytes).toBe(104_857_600);
  expect(largest).toBe(262_118);
});

test('binary output comes as text, what is no UTF-8 replaced', async () => {
  const { container, lines } = await start(['printf', '\\211PNG\\r\\n\\032\\n\\377\\376a\\000b']);
  await container.exited;
  expect(lines).toEqual(['\ufffdPNG\r', '\x1a', '\ufffd\ufffda\0b']);
});

test('closing the engine kills everything', async () => {
  const { engine, container, lines } = await start(['sh', '-c', 'echo $$; sleep 300']);
  await expect.poll(() => lines.length).toBe(1);
  await engine.close();
  expect(await container.exited).toEqual({ exitCode: 137 });
  expect(alive(Number(lines[0]))).toBe(false);
});

test('a health check runs with the container’s environment and reports changes', async () => {
  const flag = join(directory, 'healthy');
  const { health } = await start(node('setInterval(() => {}, 1000)'), {
    environment: { FLAG: flag },
    healthCheck: { command: ['CMD-SHELL', 'test -e "$FLAG"'], interval: 0.03, retries: 2 },
  });
  await expect.poll(() => health).toEqual(['UNHEALTHY']);
  await writeFile(flag, '');
  await expect.poll(() => health).toEqual(['UNHEALTHY', 'HEALTHY']);
});

test('failures within startPeriod do not count', async () => {
  const { health } = await start(node('setInterval(() => {}, 1000)'), {
    healthCheck: { command: ['CMD', 'false'], interval: 0.02, retries: 1, startPeriod: 0.3 },
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(health).toEqual([]);
  await expect.poll(() => health).toEqual(['UNHEALTHY']);
});

test('free ports are not handed out twice', async () => {
  const { engine } = await start(node(''));
  const ports = await Promise.all(Array.from({ length: 50 }, () => engine.freePort()));
  expect(new Set(ports).size).toBe(50);
});

test('containers do not outlive a host that is killed', async () => {
  const host = `
    const { createProcessEngine } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/engine/process-engine.ts'))});
    const { realClock } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/clock.ts'))});
    const image = { digest: '', directory: ${JSON.stringify(directory)}, manifest: {} };
    const spec = { name: 'app', image, command: ['sh', '-c', 'echo $$; sleep 300'], environment: {}, stopTimeoutSeconds: 1 };
    await createProcessEngine({ clock: realClock() }).start(spec, { line: (line) => console.log(line), health() {} });
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', host], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) =>
    child.stdout.once('data', (line: Buffer) => resolve(Number(line))),
  );
  expect(alive(pid)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => alive(pid)).toBe(false);
});
