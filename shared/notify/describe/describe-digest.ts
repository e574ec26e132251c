import { type Instant, isoToSecond } from '../../core/time.ts';
import { timeZone } from '../../schedule/zone.ts';
import type { DeploymentCounts, Digest, DigestOfRuns, JobCost, JobMissed } from '../digests/digest.ts';
import { type Fact, inWords, type Message } from '../message.ts';

const counted = (count: number, one: string, isCut = false) =>
  `${count}${isCut ? '+' : ''} ${one}${count === 1 && !isCut ? '' : 's'}`;

/** `1 of them failed and 2 rolled back`; of one alone: `which failed`. */
function ofThem(total: number, parts: readonly [count: number, verb: string, alone?: string][]): string {
  const told = parts.filter(([count]) => count > 0);
  if (told.length === 0) return '';
  if (total === 1) return told.map(([, verb, alone = verb]) => `, which ${alone}`).join('');
  return `, ${told.map(([count, verb], i) => `${count} ${i === 0 ? 'of them ' : ''}${verb}`).join(' and ')}`;
}

function deploymentsInWords({ deployments }: Digest): string | undefined {
  if (!deployments) return undefined;
  const { succeeded, failed, rolledBack, cut } = deployments;
  const total = succeeded + failed + rolledBack;
  if (total === 0) return 'no deployments';
  const bad = ofThem(total, [
    [failed, 'failed'],
    [rolledBack, 'rolled back', 'was rolled back'],
  ]);
  return `${counted(total, 'deployment', cut.length > 0)}${bad}`;
}

function runsInWords({ runs }: Digest): string | undefined {
  if (!runs) return undefined;
  const { missedInAll: missed } = runs;
  const total = runs.runs === 0 ? 'no runs' : counted(runs.runs, 'run', runs.cut.length > 0);
  return `${total}${ofThem(runs.runs, [[runs.failed, 'failed']])}${missed > 0 ? `; ${missed} missed` : ''}`;
}

/** `, db-*`: what it is about, where that is not everything. */
function aboutInWords({ scope: { jobs = '*', services = '*', tag = '*' } }: Digest): string {
  const names = [jobs, services].filter((glob) => glob !== '*');
  return [...names, ...(tag === '*' ? [] : [`tag ${tag}`])].map((name) => `, ${name}`).join('');
}

function titleOf(digest: Digest): string {
  const { every, deployments, runs } = digest;
  const when = `The last ${every}${aboutInWords(digest)}`;
  const isQuiet = (deployments?.services.length ?? 0) === 0 && (runs ? runs.runs + runs.missedInAll : 0) === 0;
  const told = isQuiet
    ? [deployments ? 'nothing was deployed' : '', runs ? 'nothing ran' : ''].filter(Boolean).join(' and ')
    : [deploymentsInWords(digest), runsInWords(digest)].filter(Boolean).join('; ');
  return `${when}: ${told}`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** By the clock of the digest's zone. */
function clockOf({ timezone, every }: Digest) {
  const local = (at: Instant) => new Date(at + (timeZone(timezone)?.offsetAt(at) ?? 0));
  const date = (at: Instant) => `${days[local(at).getUTCDay()]} ${local(at).toISOString().slice(0, 10)}`;
  const time = (at: Instant) => local(at).toISOString().slice(11, 16);
  return {
    /** `Fri 2026-11-20 08:00` */
    full: (at: Instant) => `${date(at)} ${time(at)}`,
    /** `03:00`, in a week `Tue 03:00`. */
    short: (at: Instant) => (every === 'week' ? `${days[local(at).getUTCDay()]} ${time(at)}` : time(at)),
  };
}

/** One line each, what they are in all above several. */
function lines(inAll: string, texts: readonly string[], more: number): string {
  const [only = '', ...others] = texts;
  if (others.length + more === 0) return only;
  return [inAll, ...texts, ...(more > 0 ? [`… ${more} more`] : [])].join('\n');
}

const outcomes = ({ succeeded, failed, rolledBack }: DeploymentCounts) =>
  [
    succeeded > 0 ? `${succeeded} succeeded` : '',
    failed > 0 ? `${failed} failed` : '',
    rolledBack > 0 ? `${rolledBack} rolled back` : '',
  ]
    .filter(Boolean)
    .join(', ');

function missedLine({ job, count, firings, lapses }: JobMissed, short: (at: Instant) => string): string {
  const times = firings.map(short).join(', ');
  const others = count - lapses - firings.length;
  const fired = times && `${times}${others > 0 ? `, … ${others} more` : ''}`;
  const lapsed = lapses > 0 ? `no success in time${lapses > 1 ? ` (${lapses} times)` : ''}` : '';
  return `${job}: ${[fired, lapsed].filter(Boolean).join('; ')}`;
}

/** Fractions of a cent matter only below a cent. */
const amount = (value: number) => value.toFixed(value >= 0.01 || value === 0 ? 2 : 4);

function costInWords({ from, to, isLeast }: JobCost, currency: string): string {
  const [least, most] = [amount(from), amount(to)];
  return `${isLeast ? 'at least ' : ''}${least === most ? least : `${least} to ${most}`} ${currency}`;
}

function runFacts(digest: Digest, runs: DigestOfRuns): Fact[] {
  const { failures, moreFailures, missed, moreMissed, slowest, expensive, cost } = runs;
  const { short } = clockOf(digest);
  const failed = failures.map(
    ({ job, failed: count, runs: of, cause }) => `${job}: ${count} of ${of}${cause ? `, last: ${cause}` : ''}`,
  );
  const notRun = missed.map((one) => missedLine(one, short));
  const dear = expensive.map((one) => `${one.job} ${costInWords(one, cost.currency)}`).join(', ');
  const all = expensive.length > 1 ? `; all runs ${costInWords(cost, cost.currency)}` : '';
  return [
    { label: 'Failed runs', value: lines(`${runs.failed} of ${runs.runs}`, failed, moreFailures) },
    { label: 'Missed', value: lines(`${runs.missedInAll} in all`, notRun, moreMissed) },
    {
      label: 'Slowest',
      value: slowest.map(({ job, ms }) => `${job} ${inWords(ms).replace(/ 0 (s|min)$/, '')}`).join(', '),
    },
    { label: 'Most expensive', value: dear && `${dear}${all}` },
  ];
}

const mostNames = 20;

function factsOf(digest: Digest): Fact[] {
  const { start, end, timezone, deployments, runs } = digest;
  const { full } = clockOf(digest);
  const services = deployments?.services.map((service) => `${service.name}: ${outcomes(service)}`) ?? [];
  const cut = [...(deployments?.cut ?? []), ...(runs?.cut ?? [])];
  const more = cut.length > mostNames ? `, … ${cut.length - mostNames} more` : '';
  const facts = [
    { label: 'Deployments', value: deployments ? lines(outcomes(deployments), services, deployments.more) : '' },
    ...(runs ? runFacts(digest, runs) : []),
    { label: 'Only the latest 500 counted of', value: `${cut.slice(0, mostNames).join(', ')}${more}` },
    { label: 'Period', value: `${full(start)} to ${full(end)}, ${timezone}` },
  ];
  return facts.filter(({ value }) => value !== '');
}

/** The same whenever it is asked for: all of it is in the record. */
export const describeDigest = (digest: Digest): Message => ({
  kind: 'digest-summary',
  severity: 'info',
  title: titleOf(digest),
  subject: 'batuta',
  news: `${digest.every} ${isoToSecond(digest.end).slice(0, 10)}`,
  facts: factsOf(digest),
  at: digest.end,
});
