import type { Severity } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { Alert, AlertCause, AlertSubject } from '../alerts/alert.ts';
import { openCauses } from '../alerts/alert-parts.ts';
import { inWords, type Message } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';
import { factsOf, latestOf, overSince } from './alert-facts.ts';
import { moreTitle, overTitle, recovered, times, titleOfTrouble } from './alert-titles.ts';
import { namingLog, withoutNamedLog } from './describe-failure.ts';
import { timeInWords } from './time-in-words.ts';

const weights: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** The worst, and of those the latest, first; those that go on before those that are over. */
const causesOf = (alert: Alert): AlertCause[] => {
  const open = openCauses(alert);
  const causes = open.length > 0 ? open : Object.values(alert.causes);
  return causes.toSorted((a, b) => weights[b.severity] - weights[a.severity] || b.lastAt - a.lastAt);
};

/** `exit code 1 of container job (9 times); out of memory (3 times)`. */
const inTotal = (causes: readonly AlertCause[]) =>
  causes.length === 1 ? causes[0]?.cause : causes.map(({ cause, count }) => `${cause} (${times(count)})`).join('; ');

const serviceActions = (name: string) => [
  { label: 'See its tasks and deployments', command: `batuta services ${name}` },
];

function hintOf({ hint, facts = [] }: AlertCause): Pick<Message, 'hint'> {
  const log = facts.find(({ label }) => label === 'Log')?.value;
  return hint ? { hint: log ? namingLog(hint, log) : hint } : {};
}

const unstarted: ReadonlySet<NewsKind> = new Set(['run-skipped', 'run-missed', 'run-late']);

/** What a person types to look into it. */
function actionsOf(subject: AlertSubject, causes: readonly AlertCause[]): Pick<Message, 'actions'> {
  if (subject.kind === 'service') return { actions: serviceActions(subject.name) };
  const latest = latestOf(causes);
  // What was not run has no log.
  if (causes[0] && unstarted.has(causes[0].kind))
    return { actions: [{ label: 'See the job and its last runs', command: `batuta jobs ${subject.name}` }] };
  if (latest?.kind === 'run') return { actions: [{ label: 'Read its log', command: `batuta logs ${latest.id}` }] };
  if (latest?.kind !== 'deployment') return {};
  return { actions: [{ label: 'See its history', command: `batuta deployment ${latest.id}` }] };
}

function overMessage(alert: Alert, causes: readonly AlertCause[], at: Instant): Omit<Message, 'news'> {
  const { subject, closedBy } = alert;
  const by = closedBy && { label: closedBy.kind === 'run' ? 'Succeeded' : 'Ended by', value: closedBy.id };
  const before = inTotal(causes);
  return {
    kind: recovered[subject.kind].kind,
    severity: 'info',
    title: overTitle(alert, causes, at),
    subject: subjectOf(alert),
    facts: [...(by ? [by] : []), ...overSince(alert, at), ...(before ? [{ label: 'It was', value: before }] : [])],
    closes: causes[0]?.severity ?? 'error',
    ...tagOf(causes),
    incident: { key: alert.id, state: 'closed' },
    at,
  };
}

/** Of an earlier episode of which no more is known: what was said of it must not stand as if it went on. */
export const describePast = (alert: Alert, episode: string): Message => ({
  kind: recovered[alert.subject.kind].kind,
  severity: 'info',
  title: `${recovered[alert.subject.kind].title(alert.subject.name)}; of what came later there is a message of its own`,
  subject: subjectOf(alert),
  news: `${episode}:past`,
  facts: [{ label: 'It began again', value: timeInWords(alert.openedAt, alert.openedAt) }],
  at: alert.openedAt,
});

const tagOf = ([main]: readonly AlertCause[]): Pick<Message, 'tag'> =>
  main?.tag === undefined ? {} : { tag: main.tag };

const subjectOf = ({ subject }: Alert) => (subject.kind === 'batuta' ? 'batuta' : subject.name);

/** Its trouble as it is now, whatever it has to tell: what routes and silences of the trouble look at. */
export const describeTrouble = (alert: Alert): Message | undefined =>
  describeAlert({ ...alert, news: `${alert.episode}:more-1` });

/** What people need who look into it: also after it, where they did not hear of it before. */
function detailsOf({ subject }: Alert, causes: readonly AlertCause[], main: AlertCause): Partial<Message> {
  const cause = inTotal(causes);
  return {
    ...(cause ? { cause } : {}),
    ...hintOf(main),
    ...tagOf(causes),
    ...(main.logTails ? { logTails: main.logTails } : {}),
    ...(main.links ? { links: main.links } : {}),
    ...actionsOf(subject, causes),
  };
}

/** To whom hears of errors only it is over. */
function easedMessage(alert: Alert, left: readonly AlertCause[]): Omit<Message, 'news'> {
  const { easedAt: at = alert.openedAt, subject } = alert;
  const errors = Object.values(alert.causes).filter(({ severity, overAt }) => severity === 'error' && overAt === at);
  const since = Math.min(...errors.map(({ firstAt }) => firstAt));
  const over = overMessage(alert, errors, at);
  const title = `${recovered[subject.kind].title(subject.name)} but for a warning, after ${inWords(at - since)}`;
  return { ...over, title, facts: [...over.facts, { label: 'Goes on', value: inTotal(left) ?? '' }] };
}

/** It was over before anybody could be told. */
function passedMessage(alert: Alert, causes: readonly AlertCause[], main: AlertCause): Omit<Message, 'news'> {
  const over = overMessage(alert, causes, alert.closedAt ?? alert.openedAt);
  const facts = withoutNamedLog(factsOf(alert, causes, over.at as Instant), hintOf(main).hint);
  return { ...over, ...detailsOf(alert, causes, main), severity: 'warning', facts };
}

/** What an alert has to tell now; undefined while records of their own tell it. */
export function describeAlert(alert: Alert): Message | undefined {
  const { news, episode, openedAt, closedAt = openedAt, fold, subject } = alert;
  const causes = causesOf(alert);
  const [main] = causes;
  if (news === undefined || !main) return undefined;
  const what = news.replace(/^\d+:(\w+).*/, '$1');
  // Who was told in spite of a silence is not told again when that ends.
  if (what === 'over') return { ...overMessage(alert, causes, closedAt), news: `${episode}:over` };
  if (what === 'eased') return { ...easedMessage(alert, causes), news };
  if (what === 'passed') return { ...passedMessage(alert, causes, main), news };
  if (what === 'first') {
    const told = causes.find((cause) => cause === alert.causes[alert.tells ?? '']) ?? main;
    const title = titleOfTrouble(subject.name, told);
    // The others too: what told of them may not have been sent yet.
    const cause = inTotal([told, ...causes.filter((other) => other !== told)]);
    const message = troubleMessage(alert, [told], { kind: told.kind, title, news, at: told.lastAt });
    return { ...message, ...(cause ? { cause } : {}) };
  }
  const at = fold?.at ?? main.lastAt;
  const kind = subject.kind === 'job' ? 'run-repeated' : main.kind;
  return troubleMessage(alert, causes, { kind, title: moreTitle(alert, causes, at), news, at });
}

type Headline = Pick<Message, 'kind' | 'title' | 'news'> & { at: Instant };

function troubleMessage(alert: Alert, causes: readonly AlertCause[], { kind, title, news, at }: Headline): Message {
  const [main] = causes;
  return {
    kind,
    severity: main?.severity ?? 'error',
    title,
    subject: subjectOf(alert),
    news,
    facts: withoutNamedLog(factsOf(alert, causes, at), main && hintOf(main).hint),
    ...(main ? detailsOf(alert, causes, main) : {}),
    incident: { key: alert.id, state: 'open' },
    at,
  };
}
