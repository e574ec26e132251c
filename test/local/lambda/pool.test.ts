import { expect, test } from 'vitest';
import { createPool, createWarm } from '../../../local/lambda/runtime/pool.ts';
import type { Sandbox } from '../../../local/lambda/runtime/sandbox.ts';

/** Sandboxes that count themselves; their result is their number. */
function counted() {
  const closed: number[] = [];
  let started = 0;
  const start = (): Sandbox => {
    const number = ++started;
    return {
      invoke: async () => ({ kind: 'done', result: String(number) }),
      alive: () => !closed.includes(number),
      close: async () => void closed.push(number),
    };
  };
  return { start, closed };
}
const done = (number: number) => ({ kind: 'done', result: String(number) });

test('beyond the warm ones, the sandbox that rested longest ends, and its function gets a new one', async () => {
  const { start, closed } = counted();
  const warm = createWarm(2);
  const [a, b, c] = [createPool(start, 3, warm), createPool(start, 3, warm), createPool(start, 3, warm)];
  expect([await a.run('r', ''), await b.run('r', ''), await a.run('r', '')]).toEqual([done(1), done(2), done(1)]);
  expect(await c.run('r', '')).toEqual(done(3));
  expect(closed).toEqual([2]);
  expect(await b.run('r', '')).toEqual(done(4));
  expect(closed).toEqual([2, 1]);
});

test('after closing, what waits and what comes is told that the system stops', async () => {
  const { start } = counted();
  const pool = createPool(start, 1, createWarm(1));
  await pool.close();
  expect(await pool.run('r', '')).toMatchObject({ kind: 'failed', error: { errorMessage: 'The local system stops' } });
});
