import { expect, test } from 'vitest';
import { runWorld } from '../../support/run-world.ts';

const behave = { runMs: 5000, lines: ['::output rows=7'] };
/** Past the lease of a worker that is gone. */
const longEnoughS = 25 * 60;

async function play(crashAfter: number | undefined, events: boolean) {
  const world = await runWorld({ job: { secrets: { PASSWORD: '/p' } }, behave, events });
  await world.putParameter('/p');
  world.crashAfter(crashAfter ?? Number.POSITIVE_INFINITY);
  const id = await world.request();
  await world.pass(10);
  await world.output(world.run(id).log?.stream ?? '', ['::progress 50 half']);
  await world.pass(longEnoughS, 30);
  await world.close();
  return { world, run: world.run(id), callsMade: world.callsMade() };
}

test.each([
  ['with all events', true],
  ['with no event delivered', false],
])(
  'a crash after any single call, %s, ends as without one: one task, one outcome, all announced',
  async (_name, events) => {
    const { callsMade } = await play(undefined, events);
      expect(world.announced().at(0), told).toBe('queued');
      expect(world.announced(), told).toContain('succeeded');
      expect(
        world.table.items().filter((item) => item.outbox),
        told,
      ).toEqual([]);
    }
    expect(crashes).toBeGreaterThan(30);
  },
);
