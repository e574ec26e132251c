import { execFileSync } from 'node:child_process';
import type { Benchmark } from './benchmark.ts';
import { logCommand } from './support/log-command.ts';
import { type LoggedRun, loggedRun } from './support/logged-run.ts';
import { growthMB, memoryOf } from './support/memory.ts';
import { sure } from './support/sure.ts';

const LINES = 1_000_000;
const idlePeak = "console.log(/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1])";

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** GetLogEvents page after page: what the API has to do at least. */
async function readRaw({ page }: LoggedRun): Promise<void> {
  let token: string | undefined;
  for (let count = 0; ; ) {
    const { events = [], nextForwardToken } = await page(token);
    count += events.length;
    if (nextForwardToken === token) return expect(count);
    token = nextForwardToken;
  }
}

function expect(count: number): void {
  if (count < LINES) throw new Error(`${count} lines were read, of ${LINES}`);
}

/** With the peak of the command's own memory, looked at while it runs. */
async function readByCommand({ door, id }: LoggedRun): Promise<number> {
  let count = 0;
  let peak = 0;
  const command = logCommand(door, [id], (text) => {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  });
  const looking = setInterval(() => {
    try {
      peak = memoryOf(command.pid).peakMB();
    } catch {
      // It has ended: the last look counts.
    }
  }, 50);
  await command.ended.finally(() => clearInterval(looking));
  expect(count);
  return peak;
}

/**
 * A run's million lines by `batuta logs`: how long, how large the command gets, and by how much the local system grows
 * meanwhile, of which serve-api is a part. Beside: the same pages read from CloudWatch Logs itself; an idle Node.
 */
export const logReading: Benchmark = {
  name: 'log-reading',
  async measure() {
    const run = await loggedRun('tiny');
    try {
      await sure('the end of the run', async () => (await run.isOver()) || undefined);
      await run.print(LINES);
      const node = run.started.nodePid();
      let [raw, throughApi, command] = [0, 0, 0];
      const grownByRaw = await growthMB(node, async () => {
        raw = await seconds(() => readRaw(run));
      });
      const grown = await growthMB(node, async () => {
        throughApi = await seconds(async () => {
          command = await readByCommand(run);
        });
      });
      const idle = (Number(execFileSync(process.execPath, ['--eval', idlePeak], { encoding: 'utf8' })) * 1024) / 1e6;
      return [
        { name: 'log-reading', value: throughApi, unit: 's', baseline: raw, limits: 'value', limit: 60 },
        { name: 'log-reading/command', value: command, unit: 'MB', baseline: idle, limits: 'value', limit: 150 },
        { name: 'log-reading/system', value: grown, unit: 'MB', baseline: grownByRaw, limits: 'value', limit: 150 },
      ];
    } finally {
      await run.started.stop();
    }
  },
};
