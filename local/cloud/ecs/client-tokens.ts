import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../service.ts';
import type { Input } from './inputs.ts';
import type { TaskRecord } from './state.ts';

/** How long ECS remembers a client token. */
const TOKEN_LIFE_MS = 24 * 3_600_000;

/** Which call first used a token, and what it started: the tasks themselves, which outlive DescribeTasks. */
interface Used {
  parameters: string;
  tasks: TaskRecord[];
  at: number;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}

/** The parameters as ECS compares them: all but the token, in whatever order. */
export function parametersOf({ clientToken: _token, ...rest }: Input<'RunTask'>): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(rest)))
    .digest('hex');
}

/** Remembers client tokens per cluster: the same call again gets the same tasks, another is a conflict. */
export function tokenMemory(clock: Clock) {
  const used = new Map<string, Used>();
  const isOver = ({ at }: Used) => clock.now() - at >= TOKEN_LIFE_MS;
  /** In the order of their first use, so the oldest come first. */
  function forget(): void {
    for (const [key, one] of used) {
      if (!isOver(one)) return;
      used.delete(key);
    }
  }
  return {
    recall(key: string, parameters: string): TaskRecord[] | undefined {
      const before = used.get(key);
      if (!before || isOver(before)) return undefined;
      if (before.parameters === parameters) return before.tasks;
      throw new AwsError(
        'ConflictException',
        'The RunTask request could not be processed because the clientToken was already used with other parameters.',
        400,
        { resourceIds: before.tasks.map(({ task }) => task.taskArn) },
      );
    },
    keep(key: string, parameters: string, tasks: TaskRecord[]): void {
      forget();
      // Deleted first, so that a token used anew stands last.
      used.delete(key);
      used.set(key, { parameters, tasks, at: clock.now() });
    },
  };
}
