import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from 'vitest';
import { runWorld } from '../../support/run-world.ts';

type World = Awaited<ReturnType<typeof runWorld>>;
let opened: World | undefined;
afterEach(() => opened?.close());

const tasksOf = async (w: World) => (await w.client.send(new ListTasksCommand({ cluster: 'prod' }))).taskArns ?? [];
/** Who gets no answer asks again. */
async function stopSurely(w: World, id: string): Promise<void> {
  await w.stop(id);
  if (w.run(id).stop === undefined) await w.stop(id);
}

describe.each([true, false])('with events delivered: %s', (events) => {
  test.each([2, 5, 8, 11, 14, 17, 20, 23, 26, 29])(
    'a run stopped after the launcher crashed after call %i leaves no task and no place taken',
    async (count) => {
      const w = await runWorld({ behave: { runMs: 3_600_000 }, events, job: { overlap: 'queue' } });
      opened = w;
      const id = await w.request('first');
      w.crashAfter(count);
      await w.settle();
      await stopSurely(w, id);
      await w.pass(900, 20);
      expect(w.run(id).state).toBe('stopped');
      expect(await tasksOf(w)).toEqual([]);
      const next = await w.request('next');
      await w.pass(400, 20);
      expect(w.run(next).state).toBe('running');
    },
  );
});

test.each([12, 13, 14, 15, 16, 17, 18])(
  'a run stopped while RunTask is under way leaves no task, also with a crash after call %i',
  async (count) => {
    const w = await runWorld({ behave: { runMs: 3_600_000 } });
    opened = w;
    const id = await w.request();
    let stops = 0;
    w.faults.after = async (_service, operation) => {
      if (operation === 'RunTask' && stops++ === 0) await stopSurely(w, id);
    };
    w.crashAfter(count);
    await w.pass(900, 20);
    expect(stops).toBeGreaterThan(0);
    expect(w.run(id).state).toBe('stopped');
    expect(await tasksOf(w)).toEqual([]);
  },
);
