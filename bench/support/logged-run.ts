import { CloudWatchLogsClient, GetLogEventsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { apiOf } from '../../local/demo/stage.ts';
import { npmStart } from '../../test/support/npm-start.ts';
import { benchConfig } from './paths.ts';
import { sure } from './sure.ts';
import type { TinyRun } from './tiny-job.ts';

const logGroupName = '/batuta/local/jobs';
const linesPerBatch = 8000;

/** The local system with a run of a job that has a task, and its log's stream. */
export async function loggedRun(job: string) {
  const started = npmStart(['--no-demo', '--config', benchConfig]);
  const ready = await started.next('ready');
  const door = { api: String(ready.api), token: String(ready.token) };
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const logs = new CloudWatchLogsClient({ endpoint: String(ready.aws), region: 'us-east-1', credentials });
  const api = apiOf(door);
  const { id } = await api.startRun(job, {});
  const task = await sure(`the task of ${id}`, async () => ((await api.run(id)) as TinyRun).attempts[0]?.taskArn);
  const stream = { logGroupName, logStreamName: `${job}/job/${task.split('/').at(-1)}` };
  return {
    started,
    door,
    id,
    isOver: async () => !['queued', 'launching', 'starting', 'running'].includes((await api.run(id)).state),
    /** `count` lines of some 100 bytes. */
    async print(count: number) {
      for (let from = 0; from < count; from += linesPerBatch) {
        const timestamp = Date.now();
        const length = Math.min(linesPerBatch, count - from);
        const logEvents = Array.from({ length }, (_, index) => ({
          timestamp,
          message: `${from + index} `.padEnd(100, 'all work and no play makes a dull log '),
        }));
        await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
      }
    },
    /** One page as CloudWatch Logs answers it, without Batuta. */
    page: (nextToken: string | undefined) =>
      logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, nextToken })),
  };
}

export type LoggedRun = Awaited<ReturnType<typeof loggedRun>>;
