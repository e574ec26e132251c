import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { EcsPorts, LogLine } from './ports.ts';

export interface ContainerLog {
  add(line: string): void;
  /** Resolves when every line so far is put. */
  flush(): Promise<void>;
}

const silent: ContainerLog = { add: () => {}, flush: async () => {} };

/**
 * The container's log as its awslogs options say, its stream made: `prefix/container/task-id`.
 * Lines are put in order, those that come while a put is under way together in the next.
 * @throws Error `ResourceInitializationError: …` where the group does not exist.
 */
export async function openContainerLog(
  { logConfiguration, name }: ContainerDefinition,
  taskId: string,
  { logs, clock }: Pick<EcsPorts, 'logs' | 'clock'>,
): Promise<ContainerLog> {
  const {
    'awslogs-group': group,
    'awslogs-stream-prefix': prefix,
    'awslogs-create-group': create,
  } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined) return silent;
  const stream = [prefix, name, taskId].filter((part) => part !== undefined).join('/');
  try {
    if (create === 'true') await logs.createGroup?.(group);
    await logs.put(group, stream, []);
  } catch (error) {
    throw new Error(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${(error as Error).message} : exit status 1`,
      { cause: error },
    );
  }
  return bufferedLog((lines) => logs.put(group, stream, lines), clock);
}

function bufferedLog(put: (lines: LogLine[]) => void | Promise<void>, clock: EcsPorts['clock']): ContainerLog {
  let waiting: LogLine[] = [];
  let work: Promise<void> | undefined;
  const putting = async (lines: LogLine[]) => put(lines);
  const drain = async () => {
    // Lines of one turn of the event loop go together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      // The awslogs driver drops what CloudWatch refuses; the container goes on.
      await putting(lines).catch(() => {});
    }
    work = undefined;
  };
  return {
    add(line) {
      // CloudWatch takes no empty message; the awslogs driver drops them.
      if (line === '') return;
      waiting.push({ timestamp: clock.now(), message: line });
      work ??= drain();
    },
    flush: async () => work,
  };
}
