import type { JobConfig } from '../../shared/config/config.ts';
import type { RefusedCall } from './refused-calls.ts';

/** What to say after a script whose calls AWS refused: lines, none where it refused nothing. */
export function refusalHints(job: Pick<JobConfig, 'name' | 'taskRoleArn'>, refused: readonly RefusedCall[]): string[] {
  if (refused.length === 0) return [];
  return [
    'AWS refused calls of the script, which has your rights here:',
    ...refused.map((call) => `  ${described(call)}`),
    `In a task it has the rights of ${roleOf(job)}, which needs for them:`,
    ...refused.map((call) => `  ${JSON.stringify(statementFor(call))}`),
  ];
}

const described = ({ action, resource, isDenied }: RefusedCall) =>
  `${action}${resource ? ` on ${resource}` : ''}${isDenied ? ' (an explicit deny: it has to be lifted, more rights do not help)' : ''}`;

const roleOf = ({ name, taskRoleArn }: Pick<JobConfig, 'name' | 'taskRoleArn'>) =>
  taskRoleArn
    ? `the task role ${taskRoleArn}`
    : `the stack's task role, which may do nothing (name one that may: jobs.${name}.taskRole)`;

/** For the role's policy; where the message did not say, the reader has to. */
const statementFor = ({ action, resource }: RefusedCall) => ({
  Effect: 'Allow',
  Action: action.includes(':') ? action : `SERVICE:${action}`,
  Resource: resource ?? 'ARN',
});
