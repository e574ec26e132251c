import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { has, isAlive, useToolbox } from './toolbox.ts';

const toolbox = useToolbox();

const answering = (signal: string, code: number) =>
  `process.on("${signal}", () => { console.log("got ${signal}"); process.exit(${code}); }); console.log("ready"); setInterval(() => {}, 1000);`;
const deaf = 'process.on("SIGTERM", () => {}); console.log("ready", process.pid); setInterval(() => {}, 1000);';

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 40 && isAlive(pid); tries++) await sleep(50);
  return !isAlive(pid);
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
  '%s reaches the script, whose exit code is ours',
  async (signal) => {
    const { child, result, printed } = toolbox.start(['run', await toolbox.add(`${signal}.mjs`, answering(signal, 7))]);
    await printed('ready');
    child.kill(signal);
    expect(await result).toMatchObject({ code: 7, signal: null, stdout: `ready\ngot ${signal}\n` });
  },
);

test('a script that a signal ends is 128 + its number', async () => {
  const name = await toolbox.add('killed.mjs', 'process.kill(process.pid, "SIGKILL");');
  expect(await toolbox.run(name)).toMatchObject({ code: 137, signal: null });
});

test('an exit code of the script is the container’s', async () => {
  expect(await toolbox.run(await toolbox.add('exit75.mjs', 'process.exit(75);'))).toMatchObject({ code: 75 });
});

test.skipIf(!has('bash'))('SIGTERM reaches also what a bash script waits for (needs bash)', async () => {
  const name = await toolbox.add('waiting.sh', 'trap "echo cleaned; exit 5" TERM; echo ready; sleep 60; echo never');
  const { child, result, printed } = toolbox.start(['run', name]);
  await printed('ready');
  child.kill('SIGTERM');
  expect(await result).toMatchObject({ code: 5, stdout: 'ready\ncleaned\n' });
});

test.concurrent('at the deadline a script gets SIGTERM, and the exit code is 124 whatever it answers', async () => {
  const name = await toolbox.add('punctual.mjs', answering('SIGTERM', 0));
  const result = await toolbox.run(name, [], { BATUTA_DEADLINE: String(Date.now() + 1500) });
  expect(result).toMatchObject({ code: 124, stdout: 'ready\ngot SIGTERM\n' });
  expect(result.stderr).toBe('toolbox: the deadline has passed: sending SIGTERM\n');
});

test.concurrent('a script that ignores SIGTERM at its deadline is killed after the stop timeout', async () => {
  const env = { BATUTA_DEADLINE: String(Date.now() + 1500), BATUTA_STOP_TIMEOUT: '0.2' };
  const result = await toolbox.run(await toolbox.add('deaf.mjs', deaf), [], env);
  expect(result.code).toBe(124);
  expect(result.stderr).toContain('toolbox: still running 0.2 s after SIGTERM: sending SIGKILL\n');
});

test.concurrent('a background process that the script leaves behind does not keep the run alive', async () => {
  const source = `import { spawn } from "node:child_process";
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit" });
    console.log(child.pid); child.unref();`;
  const result = await toolbox.run(await toolbox.add('leaves.mjs', source));
  expect(result.code).toBe(0);
  expect(await gone(Number(result.stdout))).toBe(true);
});

test.concurrent('a daemon in a session of its own that holds the output open does not keep the run alive', async () => {
  const source = `import { spawn } from "node:child_process";
    const daemon = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit", detached: true });
    console.log(daemon.pid); daemon.unref(); process.exitCode = 4;`;
  const result = await toolbox.run(await toolbox.add('daemon.mjs', source));
  process.kill(Number(result.stdout), 'SIGKILL');
  expect(result.code).toBe(4);
});

test('a deadline that is not reached changes nothing', async () => {
  const name = await toolbox.add('quick.mjs', 'console.log("done");');
  const env = { BATUTA_DEADLINE: String(Date.now() + 30 * 24 * 3600 * 1000) };
  expect(await toolbox.run(name, [], env)).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' });
});

test('a deadline that has passed before the start runs nothing', async () => {
  const name = await toolbox.add('late.mjs', 'console.log("ran");');
  expect(await toolbox.run(name, [], { BATUTA_DEADLINE: '1000' })).toMatchObject({
    code: 124,
    stdout: '',
    stderr: 'toolbox: the deadline passed before the start: nothing was run\n',
  });
});

test('when the entry point is killed outright, the script does not live on', async () => {
  const { child, result, printed } = toolbox.start(['run', await toolbox.add('orphan.mjs', deaf)]);
  await printed('ready');
  await sleep(100);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  const pid = Number(/ready (\d+)/.exec((await result).stdout)?.[1]);
  expect(await gone(pid)).toBe(true);
});
