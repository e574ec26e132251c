import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from './benchmark.ts';
import { logCommand } from './support/log-command.ts';
import { type LoggedRun, loggedRun } from './support/logged-run.ts';

/** Shorter than any pause of ours. */
const RAW_EVERY_MS = 50;

/** Milliseconds from each line's ingestion until it was seen; locally a line's time is that of its ingestion. */
function followByCommand({ door, id }: LoggedRun): { delays: number[]; ended: Promise<void> } {
  const delays: number[] = [];
  let rest = '';
  const { ended } = logCommand(door, [id, '--follow', '--json'], (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) delays.push(Date.now() - Date.parse(JSON.parse(line).at));
  });
  return { delays, ended };
}

/** The same by asking CloudWatch Logs itself, as often as a single reader may. */
async function followRaw({ page }: LoggedRun, isOver: () => boolean): Promise<number[]> {
  const delays: number[] = [];
  for (let token: string | undefined; !isOver(); await sleep(RAW_EVERY_MS)) {
    const { events = [], nextForwardToken } = await page(token);
    for (const { ingestionTime = 0 } of events) delays.push(Date.now() - ingestionTime);
    token = nextForwardToken;
  }
  return delays;
}

/** The command takes its time to start: what was printed before is no matter of following. */
const latest = (delays: readonly number[], skipped: number) => Math.max(...delays.slice(skipped));

/** The slowest line of a job that prints one each 230 ms. */
export const logLatency: Benchmark = {
  name: 'log-latency',
  async measure() {
    const run = await loggedRun('steady');
    try {
      const { delays, ended } = followByCommand(run);
      let isOver = false;
      const raw = followRaw(run, () => isOver);
      await ended.finally(() => {
        isOver = true;
      });
      const skipped = 15;
      if (delays.length < skipped + 20) throw new Error(`only ${delays.length} lines were followed`);
      const [value, baseline] = [latest(delays, skipped), latest(await raw, skipped)];
      return [{ name: 'log-latency', value, unit: 'ms', baseline, limits: 'value', limit: 1000 }];
    } finally {
      await run.started.stop();
    }
  },
};
