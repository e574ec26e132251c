import { tasksOf } from '../../run/attempts.ts';
import type { Run } from '../../run/run.ts';
import type { Action, Link, LogTail } from '../message.ts';
import { logLink, taskLink } from './links.ts';

const log = ({ id }: Run): Action => ({ label: 'Read its log', command: `batuta logs ${id}` });
const retry = ({ id }: Run): Action => ({ label: 'Run it again', command: `batuta retry ${id}` });

/** What did not end well: of a fan-out the items have the logs. */
function failureActions(run: Run): Action[] {
  const { id, fanOut, state } = run;
  if (fanOut) {
    const failed = { label: 'See its failed items', command: `batuta runs ${id} --items --state failed` };
    return [...(state === 'stopped' ? [] : [failed]), { ...retry(run), label: 'Run those again that did not succeed' }];
  }
  return [...(run.log ? [log(run)] : []), retry(run)];
}

/** What a person can type next. */
export function runActions(run: Run): Action[] {
  const { state, id, job, trigger } = run;
  switch (state) {
    case 'queued':
    case 'launching':
    case 'starting':
      return [{ label: 'See what it waits for', command: `batuta runs ${id}` }];
    case 'running':
      return [
        run.fanOut
          ? { label: 'See its items', command: `batuta runs ${id} --items` }
          : { label: 'Follow its log', command: `batuta logs ${id} --follow` },
        { label: 'Stop it', command: `batuta stop ${id}` },
      ];
    case 'failed':
    case 'timed-out':
    case 'stopped':
    case 'lost':
      return failureActions(run);
    case 'skipped':
      return run.recovered || (trigger.kind !== 'expectation' && trigger.kind !== 'schedule')
        ? []
        : [{ label: 'Run it now', command: `batuta run ${job}` }];
    case 'succeeded':
      return [];
    default:
      return state satisfies never;
  }
}

/** The pages of AWS's console: its log, and its last task unless all is well. */
export function runLinks({ state, attempts, log: place }: Run): Link[] {
  const taskArn = attempts.at(-1)?.taskArn;
  return [...(place ? logLink(place, taskArn) : []), ...(state === 'succeeded' ? [] : taskLink(taskArn))];
}

export function runLogTails(run: Run): LogTail[] {
  const { job, logTail = [] } = run;
  const tasks = tasksOf(run).length;
  const label = `${tasks > 1 ? `attempt ${tasks}` : 'this run'} of ${job}`;
  return logTail.length > 0 ? [{ label, lines: logTail }] : [];
}
