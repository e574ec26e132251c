import { jobContainer } from '../aws/job-task-definition.ts';
import type { TaskRequest } from '../aws/task-request.ts';
import type { JobConfig, ParamValue } from '../config/config.ts';
import { paramEnvironment, renderArgs } from '../config/job-parameters.ts';
import type { Instant } from '../core/time.ts';

/** RunTask's limit, counted in characters of JSON. */
const mostCharacters = 8192;

interface Given {
  id: string;
  spec: Pick<JobConfig, 'command' | 'args'>;
  params: Readonly<Record<string, ParamValue>>;
}

/** What one of a run's tasks has besides its definition; `attempt` is its place among them, from 1 on. */
export function overridesOf(
  run: Given,
  { attempt, deadlineAt, memoryMiB }: { attempt: number; deadlineAt: Instant; memoryMiB?: number },
): TaskRequest['overrides'] {
  const { command, args } = run.spec;
  const argv = [...command, ...renderArgs(args, run.params)];
  const environment = {
    ...paramEnvironment(run.params),
    BATUTA_RUN_ID: run.id,
    BATUTA_ATTEMPT: `${attempt}`,
    BATUTA_DEADLINE: `${deadlineAt}`,
  };
  return {
    ...(memoryMiB === undefined ? {} : { memory: `${memoryMiB}` }),
    containerOverrides: [
      {
        name: jobContainer,
        ...(argv.length > 0 ? { command: argv } : {}),
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      },
    ],
  };
}

/** Why RunTask would refuse them; undefined where it would not. */
export function tooLarge(overrides: TaskRequest['overrides']): { cause: string; hint: string } | undefined {
  const size = JSON.stringify(overrides).length;
  if (size <= mostCharacters) return undefined;
  return {
    cause: `arguments and parameters are ${size} characters of JSON, RunTask takes at most ${mostCharacters}`,
    hint: 'pass large input by reference: an S3 key instead of its content',
  };
}

/** As long as each run's, and as its longest. */
const anyId = 'r-'.padEnd(26, 'a');
const longest = { attempt: 10, deadlineAt: 9_999_999_999_999 as Instant };

/** The same for a run that is only asked for. */
export const paramsTooLarge = (spec: Given['spec'], params: Given['params']) =>
  tooLarge(overridesOf({ id: anyId, spec, params }, longest));
