import type { Run } from '../run/run.ts';
import { inWords, type Message } from './message.ts';

const verbs = {
  succeeded: 'succeeded',
  failed: 'failed',
  'timed-out': 'timed out',
  stopped: 'was stopped',
  lost: 'was lost',
} as const;

const severities = {
  succeeded: 'info',
  failed: 'error',
  'timed-out': 'error',
  stopped: 'warning',
  lost: 'error',
} as const;

function triggerInWords({ trigger }: Run): string {
  switch (trigger.kind) {
    case 'schedule':
      return `its schedule, for ${trigger.scheduledTime}`;
    case 'api':
      return `${trigger.caller}, by the API`;
    case 'deployment':
      return `the deployment of ${trigger.service} (${trigger.deployment}), ${trigger.phase} it`;
    case 'item':
      return `one of the items of ${trigger.parent}`;
    case 'job':
      return `${trigger.job} (${trigger.run}), ${trigger.as === 'then' ? 'after its success' : 'after its failure'}`;
    case 'expectation':
      return `nobody since ${trigger.since}`;
    default:
      return trigger satisfies never;
  }
}

/** A run's news: undefined while there is nothing that people need to hear. */
export function describeRun(run: Run): Message | undefined {
  // What runs before or after a deployment is told by the deployment's own news.
  if (!(run.state in verbs) || run.finishedAt === undefined || run.trigger.kind === 'deployment') return undefined;
  const state = run.state as keyof typeof verbs;
  const params = Object.entries(run.params).map(([name, value]) => `${name}=${String(value)}`);
  const outputs = Object.entries(run.outputs).map(([name, value]) => `${name}=${value}`);
  const took = run.startedAt === undefined ? undefined : inWords(run.finishedAt - run.startedAt);
  return {
    severity: severities[state],
    title: `${run.job} ${verbs[state]}${took ? ` after ${took}` : ''}`,
    subject: run.job,
    news: state,
    facts: [
      { label: 'Run', value: run.id },
      { label: 'Started by', value: triggerInWords(run) },
      ...(params.length ? [{ label: 'Parameters', value: params.join(', ') }] : []),
      ...(outputs.length ? [{ label: 'Outputs', value: outputs.join(', ') }] : []),
      ...(run.attempts.length > 1 ? [{ label: 'Attempts', value: String(run.attempts.length) }] : []),
      ...(state === 'succeeded' || !run.log ? [] : [{ label: 'Log', value: `GET /api/runs/${run.id}/logs` }]),
    ],
    ...(run.outcome ? { cause: run.outcome.cause } : {}),
    ...(run.outcome?.hint ? { hint: run.outcome.hint } : {}),
    at: run.finishedAt,
  };
}
