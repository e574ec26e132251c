import type { AnyDeployment, CrashedTask } from '../../deploy/deployment.ts';
import type { Fact, LogTail } from '../message.ts';

/** Repeats folded: `exit code 1 of container api (3 tasks)`. */
function crashesInWords({ crashes, otherCrashes = {} }: AnyDeployment): string {
  const causes = new Map<string, number>();
  for (const { cause } of Object.values(crashes)) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  const tasks = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;
  const told = [...causes].map(([cause, count]) => `${cause} (${tasks(count)})`);
  const others = Object.keys(otherCrashes).length;
  return told.length ? [...told, ...(others > 0 ? [`and ${tasks(others)} more`] : [])].join('; ') : '';
}

const logGroups = ({ logs = [] }: AnyDeployment): string => [...new Set(logs.map(({ group }) => group))].join(', ');

const inOrder = ({ crashes }: AnyDeployment) =>
  Object.entries(crashes).sort(([, a], [, b]) => a.stoppedAt - b.stoppedAt);

/** By task id. */
export const firstCrash = (deployment: AnyDeployment): [string, CrashedTask] | undefined => inOrder(deployment)[0];

/** The ends of two different logs: the others say the same, mostly. */
const mostTails = 2;

/** The last lines of tasks that died, where the service has `logTail: true`. */
export function logTails(deployment: AnyDeployment): LogTail[] {
  const tails = new Map<string, LogTail>();
  for (const [id, { logTail = [] }] of inOrder(deployment)) {
    // Ports, times and addresses differ where all else is the same.
    const text = logTail.join('\n').replace(/\d+/g, '0');
    const label = `task ${id.slice(0, 8)} of ${deployment.service}`;
    if (text !== '' && !tails.has(text)) tails.set(text, { label, lines: logTail });
  }
  return [...tails.values()].slice(0, mostTails);
}

const isFailure = ({ state }: AnyDeployment) =>
  state === 'failed' || state === 'rolling-back' || state === 'rolled-back';

/** What the tasks that died say; nothing of a success. */
export function failureFacts(deployment: AnyDeployment): Fact[] {
  if (deployment.state === 'succeeded') return [];
  const died = crashesInWords(deployment);
  return [
    { label: 'Tasks that died', value: died },
    { label: 'Log', value: died || isFailure(deployment) ? logGroups(deployment) : '' },
  ];
}

/** What to do may name the log already. */
export const withoutNamedLog = (facts: readonly Fact[], hint = ''): Fact[] =>
  facts.filter(({ label, value }) => !(label === 'Log' && hint.includes(`(${value})`)));

/** What to do, naming the log where it says only to read it. */
export const namingLog = (hint: string, groups: string): string =>
  hint.includes(`(${groups})`)
    ? hint
    : hint.replace(/\bread the (?:task's )?log\b/, `$& (${groups.replaceAll('$', '$$$$')})`);

export function failureHint(deployment: AnyDeployment): string | undefined {
  const hint = deployment.outcome?.hint || firstCrash(deployment)?.[1].hint;
  const groups = logGroups(deployment);
  return hint && groups ? namingLog(hint, groups) : hint;
}
