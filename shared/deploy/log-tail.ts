import type { Logs } from '../aws/logs.ts';
import { AwsCallFailed } from '../core/errors.ts';
import { redactedTail } from '../core/redact.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Records } from '../store/records.ts';
import type { ContainerLog, CrashedTask, Deployment } from './deployment.ts';

const lines = 20;
const lineLength = 300;
/** Of one deployment: GetLogEvents allows 25 calls a second (docs), and a record must stay small. */
const mostTails = 5;

/** Not of those who visit services: their packages are large enough without a client for logs. */
export interface TailDeps {
  deployments: Pick<Records<Deployment>, 'update'>;
  /** The logs of services' tasks. */
  logs: Pick<Logs, 'tail'>;
  log: Log;
}

/**
 * The stream that tells of the task's end: `prefix/container/task-id` (docs, awslogs), of the container that the
 * cause names, else of the first one. Undefined where none is known, or in another region.
 */
export function streamOf(
  { logs = [] }: Pick<Deployment, 'logs'>,
  { taskArn, cause }: CrashedTask,
): { group: string; stream: string } | undefined {
  const [, , , region] = taskArn.split(':');
  const readable = logs.filter(
    (log): log is ContainerLog & { prefix: string } => log.prefix !== undefined && (log.region ?? region) === region,
  );
  const named = /\bcontainer ([\w-]+)/.exec(cause)?.[1];
  const best = readable.find(({ container }) => container === named) ?? readable[0];
  return best && { group: best.group, stream: `${best.prefix}/${best.container}/${taskArn.split('/').at(-1)}` };
}

/**
 * With `logTail: true`, keeps the last lines of tasks that died, redacted; of a few, the first ones first. Where
 * they cannot be read, the deployment goes on without them.
 */
export async function noteTails(deps: TailDeps, { id, spec, logs, crashes }: Deployment): Promise<void> {
  if (!spec.logTail) return;
  const inOrder = Object.entries(crashes).sort(([, a], [, b]) => a.stoppedAt - b.stoppedAt);
  const known = inOrder.filter(([, { logTail }]) => logTail).length;
  const lacking = inOrder.filter(([, { logTail }]) => !logTail).slice(0, Math.max(0, mostTails - known));
  for (const [taskId, crash] of lacking) {
    const stream = streamOf(logs ? { logs } : {}, crash);
    const logTail = stream && (await readTail(deps, stream));
    if (logTail) await keep(deps, id, taskId, logTail);
  }
}

/** Without lines too: what has none is not read again. */
async function keep({ deployments }: TailDeps, id: string, taskId: string, logTail: string[]): Promise<void> {
  await deployments.update(id, (current) => {
    const crash = current.crashes[taskId];
    return crash && { ...current, crashes: { ...current.crashes, [taskId]: { ...crash, logTail } } };
  });
}

/** The last lines of a task that died, redacted; undefined where they cannot be read. */
export async function readTail(
  { logs, log }: Pick<TailDeps, 'logs' | 'log'>,
  stream: { group: string; stream: string },
): Promise<string[] | undefined> {
  try {
    const messages = (await logs.tail(stream)).map(({ message }) => message);
    return redactedTail(messages, lines, lineLength);
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    log.warn(`the log ${stream.group} ${stream.stream} cannot be read: ${error.message}`);
    return undefined;
  }
}
