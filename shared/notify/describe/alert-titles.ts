import type { Instant } from '../../core/time.ts';
import type { Alert, AlertCause, AlertSubject } from '../alerts/alert.ts';
import { countOf } from '../alerts/alert-parts.ts';
import { settleMs } from '../alerts/trouble-times.ts';
import { inWords } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';
import { timeInWords } from './time-in-words.ts';

type Spells = NonNullable<Alert['spells']>;

export const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
const moreTimes = (count: number) => `${count} more ${count === 1 ? 'time' : 'times'}`;

const titles: Partial<Record<NewsKind, (name: string) => string>> = {
  'run-skipped': (name) => `${name} keeps being skipped`,
  'run-late': (name) => `${name} keeps starting late`,
  'run-missed': (name) => `${name} did not run when it should have`,
  'deployment-failed': (name) => `${name}: its last deployment failed`,
  'service-crash-loop': (name) => `${name} keeps crashing`,
  'service-impaired': (name) => `${name} cannot start its tasks`,
  'service-unplaced': (name) => `${name}: there is no place for its tasks`,
  'service-unhealthy': (name) => `${name} has unhealthy tasks`,
  'service-short': (name) => `${name} runs fewer tasks than it should`,
  'batuta-dead-letters': (name) => (name === 'notifications' ? `Batuta gave up ${name}` : `Batuta has ${name}`),
  'batuta-channel-failing': (name) => `Batuta: ${name} takes nothing`,
  'batuta-schedules-differ': (name) => `Batuta: ${name} differ from the configuration`,
};

export const titleOfTrouble = (name: string, { kind }: AlertCause) =>
  kind.startsWith('run-') && !titles[kind]
    ? `${name} keeps failing`
    : (titles[kind] ?? ((told: string) => `${told} is in trouble`))(name);

/** The only one of several causes that is told of: when it began is its own. */
export const partOf = ({ causes: all }: Alert, causes: readonly AlertCause[]): AlertCause | undefined =>
  causes.length === 1 && Object.keys(all).length > 1 ? causes[0] : undefined;
/** Since when, and how often: with the spells before, where it comes and goes. */
export const sinceOf = ({ openedAt, spells }: Alert): Instant => spells?.since ?? openedAt;
export const timesOf = ({ spells }: Alert, causes: readonly AlertCause[]) => countOf(causes) + (spells?.earlier ?? 0);

export const recovered: Readonly<Record<AlertSubject['kind'], { kind: NewsKind; title: (name: string) => string }>> = {
  job: { kind: 'run-recovered', title: (name) => `${name} succeeds again` },
  service: { kind: 'service-recovered', title: (name) => `${name} is well again` },
  deployment: { kind: 'service-recovered', title: (name) => `${name} is deployed again` },
  batuta: { kind: 'batuta-recovered', title: (name) => `Batuta: the trouble with ${name} is over` },
};

const inSpells = ({ count, since }: Spells, at: Instant) => `${count} spells since ${timeInWords(since, at)}`;

export function overTitle(alert: Alert, causes: readonly AlertCause[], at: Instant): string {
  const { subject, openedAt, spells } = alert;
  const title = recovered[subject.kind].title(subject.name);
  if (subject.kind !== 'job') return `${title}, after ${spells ? inSpells(spells, at) : inWords(at - openedAt)}`;
  const count = timesOf(alert, causes);
  const when = `${count === 1 ? 'once, at' : `${times(count)} since`} ${timeInWords(sinceOf(alert), at)}`;
  const verb = verbOf(causes);
  if (verb === skipped) return `${subject.name} is run again: ${verb} ${when}`;
  // Nothing of it failed.
  const hasRun = causes.every(({ askedAt }) => askedAt !== undefined);
  return `${hasRun ? `${subject.name} has run after all` : title}: ${verb} ${when}`;
}

const skipped = 'was skipped';
/** A warning of what was missed was told when the run was started after all. */
const verbIn = ({ kind, askedAt }: AlertCause) => {
  if (kind === 'run-skipped') return skipped;
  if (kind === 'run-late') return 'was late';
  return askedAt === undefined ? 'failed' : 'missed its time';
};

/** What its runs did all those times. */
function verbOf(causes: readonly AlertCause[]): string {
  const verbs = new Set<string>(causes.map(verbIn));
  return ['failed', 'missed its time', 'was late', skipped].filter((verb) => verbs.has(verb)).join(' or ');
}

/** What is counted is what its runs did. */
const isOfRuns = ({ subject }: Alert, { kind }: AlertCause) => subject.kind === 'job' && kind !== 'run-missed';

/** `report failed on and off: 12 times since 14:02 UTC`; `shop-api keeps crashing, on and off: 4 spells since 14:02 UTC`. */
function onAndOff(alert: Alert, causes: readonly AlertCause[], main: AlertCause, at: Instant) {
  const { subject, spells, state, openedAt, reopenedAt = openedAt } = alert;
  const now = state === 'open' && at - reopenedAt >= settleMs ? `, now since ${timeInWords(reopenedAt, at)}` : '';
  return isOfRuns(alert, main)
    ? `${subject.name} ${verbOf(causes)} on and off: ${times(timesOf(alert, causes))} since ${timeInWords(sinceOf(alert), at)}${now}`
    : `${titleOfTrouble(subject.name, main)}, on and off${spells ? `: ${inSpells(spells, at)}` : ''}${now}`;
}

/** `db-backup failed 12 more times in 10 min`; without any more: `shop-api runs fewer tasks than it should, since 14:02 UTC`. */
export function moreTitle(alert: Alert, causes: readonly AlertCause[], at: Instant): string {
  const { subject, openedAt, fold } = alert;
  const { more = 0, since = openedAt } = fold ?? {};
  const [main] = causes;
  if (!main) return subject.name;
  if (alert.spells) return onAndOff(alert, causes, main, at);
  const trouble = titleOfTrouble(subject.name, main);
  const begun = partOf(alert, causes)?.firstAt ?? openedAt;
  // A silence held it back, and nothing came after it.
  if (more === 0 && isOfRuns(alert, main) && countOf(causes) === 1)
    return `${subject.name} ${verbOf(causes)} once, at ${timeInWords(begun, at)}`;
  if (more === 0) return `${trouble}, since ${timeInWords(begun, at)}`;
  const told = fold?.inAll
    ? `${times(more)} since ${timeInWords(since, at)}`
    : `${moreTimes(more)} in ${spanInWords(at - since)}`;
  return isOfRuns(alert, main) ? `${subject.name} ${verbOf(causes)} ${told}` : `${trouble}: ${told}`;
}

/** `10 min`, `1 h 2 min`: without the seconds, which nobody asks for. */
const spanInWords = (ms: number) => inWords(Math.max(1, Math.round(ms / 60_000)) * 60_000).replace(/ 0 (s|min)$/, '');
