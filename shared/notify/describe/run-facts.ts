import type { ParamValue } from '../../config/config.ts';
import { redactText } from '../../core/redact.ts';
import { isoToSecond } from '../../core/time.ts';
import { countsOf, inWords as itemsInWords } from '../../run/decide-fan-out.ts';
import { noteOf } from '../../run/note.ts';
import type { Run } from '../../run/run.ts';
import type { Message } from '../message.ts';
import { timeInWords } from './time-in-words.ts';

type Facts = Message['facts'];

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

/** Channels cut at some 12 kB, and a list may be long. Redacted before it is cut: half a secret is not known for one. */
const longest = 200;
const cut = (text: string) => redactText(text, longest);

const inText = (value: ParamValue) => cut(typeof value === 'object' ? value.join(',') : String(value));

const listed = (values: Readonly<Record<string, ParamValue>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${inText(value)}`)
    .join(', ');

/** `3; before the last: exit code 1 of container job; a Spot interruption`; the last one's reason is the run's. */
function attemptsInWords({ attempts }: Run): string {
  const tasks = attempts.filter(({ taskArn }) => taskArn !== undefined);
  if (tasks.length < 2) return '';
  const reasons = tasks.slice(0, -1).flatMap(({ outcome }) => (outcome ? [cut(outcome.cause)] : []));
  return `${tasks.length}${reasons.length > 0 ? `; before the last: ${reasons.join('; ')}` : ''}`;
}

const mostNotices = 5;

function noticesInWords({ notices = [] }: Run): string {
  return notices
    .slice(-mostNotices)
    .map(({ text }) => cut(text))
    .join('; ');
}

/** `3 since 14:02 UTC`, this one among them. */
const failuresInWords = ({ failures, finishedAt, createdAt }: Run) =>
  failures ? `${failures.count} since ${timeInWords(failures.since, finishedAt ?? createdAt)}` : '';

/** What a person wants to know of a run besides its title, the most important first; nothing that is empty. */
export function runFacts(run: Run): Facts {
  const { id, retryOf, missed, params, outputs, fanOut, startedAt } = run;
  const wasStarted = run.state !== 'queued' && run.state !== 'skipped';
  const facts = [
    { label: 'Items', value: fanOut ? itemsInWords(countsOf(fanOut)) : '' },
    { label: run.state === 'skipped' ? 'Times' : 'Failures', value: failuresInWords(run) },
    { label: 'Attempts', value: attemptsInWords(run) },
    { label: 'Note', value: noteOf(run) ?? '' },
    { label: 'Missed', value: missed ?? '' },
    { label: 'Parameters', value: listed(params) },
    { label: 'Outputs', value: listed(outputs) },
    { label: 'Notices', value: noticesInWords(run) },
    {
      label: wasStarted ? 'Started by' : 'Asked by',
      value: run.trigger.kind === 'expectation' ? '' : triggerInWords(run),
    },
    { label: 'Began', value: startedAt === undefined ? '' : isoToSecond(startedAt) },
    { label: 'Repeats', value: retryOf ?? '' },
    { label: 'Run', value: id },
  ];
  return facts.filter(({ value }) => value !== '');
}
