import type { Instant } from '../../core/time.ts';
import type { Alert, AlertCause } from '../alerts/alert.ts';
import type { Fact } from '../message.ts';
import { partOf, sinceOf, timesOf } from './alert-titles.ts';
import { timeInWords } from './time-in-words.ts';

export const latestOf = (causes: readonly AlertCause[]) =>
  causes.map(({ latest }) => latest).find((about) => about !== undefined);

const staleMs = 10 * 60_000;

/** What was looked up, with the time where that was long ago: a reminder comes without new occurrences too. */
function evidenceFacts({ facts = [], evidenceAt = 0 as Instant }: AlertCause, at: Instant): readonly Fact[] {
  const isStale = facts.length > 0 && evidenceAt > 0 && at - evidenceAt > staleMs;
  return isStale ? [{ label: 'As of', value: timeInWords(evidenceAt, at) }, ...facts] : facts;
}

/** Of what comes and goes. */
const isItNow = ({ state, openedAt, reopenedAt = openedAt, closedAt = openedAt }: Alert, at: Instant) =>
  state === 'open' ? `so since ${timeInWords(reopenedAt, at)}` : `over since ${timeInWords(closedAt, at)}`;

/** What its news is about; what the title says is no fact once more. */
export function factsOf(alert: Alert, causes: readonly AlertCause[], at: Instant): Fact[] {
  const latest = latestOf(causes);
  const facts = [
    { label: 'Since', value: timeInWords(partOf(alert, causes)?.firstAt ?? sinceOf(alert), at) },
    { label: 'Times', value: `${partOf(alert, causes)?.count ?? timesOf(alert, causes)}` },
    { label: 'Latest run', value: latest?.kind === 'run' ? latest.id : '' },
    { label: 'Latest deployment', value: latest?.kind === 'deployment' ? latest.id : '' },
    ...(alert.spells || alert.state === 'closed' ? [{ label: 'Now', value: isItNow(alert, at) }] : []),
    ...(causes[0] ? evidenceFacts(causes[0], at) : []),
  ];
  return facts.filter(({ value }) => value !== '');
}

/** Its end is told late where it might have come again. */
export const overSince = ({ fold }: Alert, at: Instant): Fact[] =>
  fold && fold.at > at ? [{ label: 'Over since', value: timeInWords(at, fold.at) }] : [];
