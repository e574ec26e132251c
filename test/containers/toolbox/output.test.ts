import { expect, test } from 'vitest';
import { useToolbox } from './toolbox.ts';

const toolbox = useToolbox();

test('each line is printed as it comes, while the script still runs', async () => {
  const name = await toolbox.add('waits.mjs', 'console.log("first"); setTimeout(() => {}, 60_000);');
  const { printed, child, result } = toolbox.start(['run', name]);
  await printed('first\n');
  child.kill('SIGTERM');
  expect(await result).toMatchObject({ code: 143 });
});

test('many lines keep their order on each stream, none is lost at the end', async () => {
  const source =
    'for (let i = 0; i < 20_000; i++) { console.log("o" + i); console.error("e" + i); } process.exitCode = 3;';
  const { code, stdout, stderr } = await toolbox.run(await toolbox.add('many.mjs', source));
  const numbers = [...Array(20_000).keys()];
  expect(code).toBe(3);
  expect(stdout).toBe(numbers.map((i) => `o${i}\n`).join(''));
  expect(stderr).toBe(numbers.map((i) => `e${i}\n`).join(''));
});

test('a last line without a newline is printed without one', async () => {
  const name = await toolbox.add('unended.mjs', 'process.stdout.write("a\\nlast");');
  expect(await toolbox.run(name)).toMatchObject({ code: 0, stdout: 'a\nlast' });
});

test('binary output comes through', async () => {
  const source = 'process.stdout.write(Buffer.from([...Array(256).keys()]));';
  const { child, result } = toolbox.start(['run', await toolbox.add('binary.mjs', source)]);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  expect((await result).code).toBe(0);
  expect([...Buffer.concat(chunks)]).toEqual([...Array(256).keys()]);
});

test('a script goes on when nobody reads its output any more', async () => {
  const source =
    'for (let i = 0; i < 5; i++) { console.log("x".repeat(1000)); await new Promise((r) => setTimeout(r, 20)); } process.exit(9);';
  const { child, result } = toolbox.start(['run', await toolbox.add('unread.mjs', source)]);
  // Closing our end makes the collected text incomplete, which is not what this test is about.
  const collected = result.catch(() => {});
  child.stdout?.once('data', () => child.stdout?.destroy());
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).toBe(9);
  await collected;
});
