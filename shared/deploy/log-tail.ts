import type { Logs } from '../aws/logs.ts';
import type { Task } from '../aws/task.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Records } from '../store/records.ts';
import type { ContainerLog, Deployment } from './deployment.ts';
import { redactedTail } from './redact.ts';

const lines = 20;
const lineLength = 300;
/** Of one deployment: GetLogEvents allows 25 calls a second (docs), and a record must stay small. */
const mostTails = 5;

export interface TailDeps {
  deployments: Pick<Records<Deployment>, 'update'>;
  logs: Pick<Logs, 'tail'>;
  log: Log;
}

/** A container that failed by itself tells more than those that ECS then stopped; one that never ran tells least. */
function telling({ containers }: Task, name: string): number {
  const exitCode = containers.find((container) => container.name === name)?.exitCode;
  if (exitCode === undefined) return 0;
  return exitCode === 0 ? 1 : exitCode === 143 || exitCode === 137 ? 2 : 3;
}

/** The stream that tells most about the task's end: `prefix/container/task-id` (docs, awslogs); undefined where none is known. */
export function streamOf(
  { logs = [] }: Pick<Deployment, 'logs'>,
  task: Task,
): { group: string; stream: string } | undefined {
  const [, , , region] = task.arn.split(':');
  const readable = logs.filter(
    (log): log is ContainerLog & { prefix: string } => log.prefix !== undefined && (log.region ?? region) === region,
  );
  const [best] = readable.toSorted((a, b) => telling(task, b.container) - telling(task, a.container));
  return best && { group: best.group, stream: `${best.prefix}/${best.container}/${task.id}` };
}

const lacksTail = ({ spec, crashes }: Deployment, task: Task): boolean =>
  spec.logTail &&
  crashes[task.id] !== undefined &&
  crashes[task.id]?.logTail === undefined &&
  Object.values(crashes).filter(({ logTail }) => logTail).length < mostTails;

/**
 * With `logTail: true`, keeps the last lines of a task that died, redacted. Where they cannot be read, the
 * deployment goes on without them.
 */
export async function noteTail(deps: TailDeps, deployment: Deployment, task: Task): Promise<void> {
  const stream = lacksTail(deployment, task) ? streamOf(deployment, task) : undefined;
  if (!stream) return;
  const logTail = await readTail(deps, stream);
  if (logTail.length === 0) return;
  await deps.deployments.update(deployment.id, (current) => {
    const crash = current.crashes[task.id];
    return crash && { ...current, crashes: { ...current.crashes, [task.id]: { ...crash, logTail } } };
  });
}

async function readTail({ logs, log }: TailDeps, stream: { group: string; stream: string }): Promise<string[]> {
  try {
    const read = await logs.tail(stream);
    return redactedTail(
      read.map(({ message }) => message),
      lines,
      lineLength,
    );
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    log.warn(`the log ${stream.group} ${stream.stream} cannot be read: ${error.message}`);
    return [];
  }
}
