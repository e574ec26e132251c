import { plus } from '../shared/core/time.ts';
import type { Table } from '../shared/store/table.ts';
import { memoryTable } from '../test/support/memory-table.ts';
import type { Benchmark } from './benchmark.ts';
import { crashLoopWorld, taskStopped } from './support/crash-loop-world.ts';

const EVENTS = 10_000;
const HOUR = 3_600_000;
const channels = ['slack', 'webhook'] as const;

/** The tasks of a crash loop stop one after the other within an hour. */
async function crashLoop(): Promise<{ seconds: number; sent: Record<(typeof channels)[number], number> }> {
  const world = crashLoopWorld();
  const from = performance.now();
  for (let event = 0; event < EVENTS; event++) {
    const at = plus(world.start, Math.floor((event * HOUR) / EVENTS));
    await world.passTo(at);
    await world.hear(taskStopped(event, at));
  }
  await world.passTo(plus(world.start, HOUR));
  const seconds = (performance.now() - from) / 1000;
  if (world.errors[0]) throw world.errors[0];
  if ((await world.counted()) !== EVENTS) throw new Error(`${await world.counted()} of ${EVENTS} deaths are counted`);
  const sent = (channel: string) => world.took(channel).length;
  if (channels.some((channel) => sent(channel) === 0)) throw new Error('a channel was told nothing');
  return { seconds, sent: { slack: sent('slack'), webhook: sent('webhook') } };
}

/** One read and one write of a record of its size for each event, nothing decided. */
async function bareWrites(table: Table): Promise<number> {
  const from = performance.now();
  const counted = Array.from({ length: 300 }, (_, n) => `${n}`.padStart(18, '0'));
  for (let event = 0; event < EVENTS; event++) {
    const present = await table.get({ pk: 'bare', sk: 'bare' });
    const version = present?.version ?? 0;
    await table.put({ pk: 'bare', sk: 'bare', version: version + 1, counted }, version);
  }
  return (performance.now() - from) / 1000;
}

export const notifyCrashLoop: Benchmark = {
  name: 'notify-crash-loop',
  async measure() {
    const { seconds, sent } = await crashLoop();
    const baseline = await bareWrites(memoryTable());
    return [
      { name: 'notify-crash-loop/decided', value: seconds, unit: 's', baseline, limits: 'value', limit: 10 },
      ...channels.map((channel) => ({
        name: `notify-crash-loop/${channel}`,
        value: sent[channel],
        unit: 'messages',
        baseline: EVENTS,
        limits: 'value' as const,
        limit: 3,
      })),
    ];
  },
};
