import { type Finding, formatPath, type Path } from '../problem.ts';
import { type Check, type CheckInput, entries, type ScheduledTaskDraft } from './check.ts';

/** Each is one rule or one schedule, no key is also a service's, and no container is changed by two. */
export const checkScheduledTasks: Check = (input) => {
  const all = entries(input.draft.scheduledTasks, 'scheduledTasks');
  return all.flatMap(([key, task, path], i) => [
    ...checkName(key, path, input),
    ...checkRunBy(path, input),
    ...checkOnlyOne(
      task,
      path,
      all.slice(0, i).map(([, before, at]) => [before, at]),
    ),
  ]);
};

function checkName(key: string, path: Path, { given }: CheckInput): Finding[] {
  if (!given(['services', key])) return [];
  return [{ path, message: 'there is a service of this name', write: 'rename one: both are deployed by their name' }];
}

function checkRunBy(path: Path, { given }: CheckInput): Finding[] {
  const has = (key: string) => given([...path, key]);
  if (has('rule') && has('schedule'))
    return [{ path: [...path, 'schedule'], message: 'there is a `rule` already', write: 'keep one of the two' }];
  if (!has('rule') && !has('schedule'))
    return [{ path, message: 'does not say what runs it', write: 'write `rule: NAME` or `schedule: NAME`' }];
  const [stray, owner] = has('rule') ? ['group', 'schedule'] : ['bus', 'rule'];
  if (!has(stray)) return [];
  return [{ path: [...path, stray], message: `\`${stray}\` goes with \`${owner}\``, write: 'remove it' }];
}

function checkOnlyOne(task: ScheduledTaskDraft, path: Path, earlier: [ScheduledTaskDraft, Path][]): Finding[] {
  const other = earlier.find(([before]) => runBy(before) === runBy(task) && meetsContainer(before, task));
  if (other === undefined || runBy(task) === undefined) return [];
  const message = `means the same ${task.rule === undefined ? 'schedule' : 'rule'} and container as ${formatPath(other[1])}`;
  return [{ path, message, write: 'keep one of the two, or name another `container`' }];
}

function runBy({ rule, bus = 'default', schedule, group = 'default' }: ScheduledTaskDraft): string | undefined {
  if (rule !== undefined) return `rule ${bus}/${rule}`;
  return schedule === undefined ? undefined : `schedule ${group}/${schedule}`;
}

/** A task without a `container` changes each one of its repository. */
function meetsContainer(a: ScheduledTaskDraft, b: ScheduledTaskDraft): boolean {
  if (a.container !== undefined && b.container !== undefined) return a.container === b.container;
  return a.image?.repository === b.image?.repository && a.image?.registry === b.image?.registry;
}
