import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { npmStart } from '../test/support/npm-start.ts';
import type { Benchmark } from './benchmark.ts';
import { median } from './support/median.ts';
import { benchConfig, root } from './support/paths.ts';
import { runTinyJob } from './support/tiny-job.ts';

const WARM_UP = 3;
const ROUNDS = 15;
const group = '/batuta/local/jobs';
const script = join(root, 'containers/toolbox/scripts/slow-loop.mjs');

/** The script started by this process itself: milliseconds to its first line. */
function directMs(): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, [script, '1', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', () => resolve(performance.now() - from));
  });
}

/** From before the POST until CloudWatch Logs took the first line in, by its own ingestion time. */
async function throughBatutaMs(door: { api: string; token: string }, logs: CloudWatchLogsClient): Promise<number> {
  const from = Date.now();
  const { job, attempts } = await runTinyJob(door);
  const logStreamName = `${job}/job/${attempts[0]?.taskArn?.split('/').at(-1)}`;
  const page = await logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName, startFromHead: true }));
  return (page.events?.[0]?.ingestionTime ?? Number.POSITIVE_INFINITY) - from;
}

/** The median of runs one after the other, after a few that warm the functions. */
export const apiToLog: Benchmark = {
  name: 'api-to-log',
  async measure() {
    const started = npmStart(['--no-demo', '--config', benchConfig]);
    try {
      const ready = await started.next('ready');
      const door = { api: String(ready.api), token: String(ready.token) };
      const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
      const logs = new CloudWatchLogsClient({ endpoint: String(ready.aws), region: 'us-east-1', credentials });
      const times: number[] = [];
      const direct: number[] = [];
      for (let round = 0; round < WARM_UP + ROUNDS; round++) {
        times.push(await throughBatutaMs(door, logs));
        direct.push(await directMs());
      }
      const [value, baseline] = [median(times.slice(WARM_UP)), median(direct.slice(WARM_UP))];
      return [{ name: 'api-to-log', value, unit: 'ms', baseline, limits: 'value', limit: 400 }];
    } finally {
      await started.stop();
    }
  },
};
