import type { AnyDeployment } from '../deploy/deployment.ts';
import type { Message } from './message.ts';

/** Repeats folded: `exit code 1 of container api (3 tasks)`. */
function crashesInWords({ crashes, otherCrashes = {} }: AnyDeployment): string | undefined {
  const causes = new Map<string, number>();
  for (const { cause } of Object.values(crashes)) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  const tasks = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;
  const told = [...causes].map(([cause, count]) => `${cause} (${tasks(count)})`);
  const others = Object.keys(otherCrashes).length;
  return told.length ? [...told, ...(others > 0 ? [`and ${tasks(others)} more`] : [])].join('; ') : undefined;
}

const logGroups = ({ logs = [] }: AnyDeployment): string => [...new Set(logs.map(({ group }) => group))].join(', ');

/** Channels cut at some 12 kB: the ends of two different logs, and of those the last lines. */
const mostTails = 2;
const longestTail = 2000;

function tailFacts({ crashes }: AnyDeployment): Message['facts'] {
  const tails = new Map<string, string>();
  const inOrder = Object.entries(crashes).sort(([, a], [, b]) => a.stoppedAt - b.stoppedAt);
  for (const [id, { logTail = [] }] of inOrder) {
    const text = logTail.join('\n');
    if (text !== '' && ![...tails.values()].includes(text)) tails.set(id, text);
  }
  return [...tails].slice(0, mostTails).map(([id, text]) => ({
    label: `Log of task ${id.slice(0, 8)}`,
    value: text.length > longestTail ? `…${text.slice(1 - longestTail)}` : text,
  }));
}

/** What the tasks that died say; nothing of a success. */
export function failureFacts(deployment: AnyDeployment): Message['facts'] {
  if (deployment.state === 'succeeded') return [];
  const died = crashesInWords(deployment);
  const groups = died || isFailure(deployment) ? logGroups(deployment) : '';
  return [
    ...(died ? [{ label: 'Tasks that died', value: died }] : []),
    ...(groups ? [{ label: 'Log', value: groups }] : []),
    ...tailFacts(deployment),
  ];
}

const isFailure = ({ state }: AnyDeployment) =>
  state === 'failed' || state === 'rolling-back' || state === 'rolled-back';

/** What to do, naming the log where it says only to read it. */
export function failureHint(deployment: AnyDeployment): string | undefined {
  const hint = deployment.outcome?.hint || Object.values(deployment.crashes)[0]?.hint;
  const groups = logGroups(deployment);
  return hint && groups ? hint.replace(/\bread the (?:task's )?log\b/, `$& (${groups})`) : hint;
}
