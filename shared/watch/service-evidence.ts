import type { EcsService } from '../aws/ecs-service.ts';
import type { ServiceConfig } from '../config/config.ts';
import { isoToSecond } from '../core/time.ts';
import { containerLogs } from '../deploy/container-logs.ts';
import { readTail, streamOf } from '../deploy/log-tail.ts';
import type { Evidence } from '../notify/alerts/evidence.ts';
import { logLink, serviceLink, taskLink } from '../notify/describe/links.ts';
import { type Fact, inWords, type LogTail } from '../notify/message.ts';
import {
  askRevision,
  askService,
  type FactDeps,
  lastPart,
  placeFacts,
  type Revision,
  revisionFact,
} from './service-facts.ts';
import type { Death } from './service-watch.ts';

const shortId = ({ id }: Death) => lastPart(id).slice(0, 8);

/** Repeats folded: `3 within 2 min: exit code 1 of container api`; of several causes each with its number. */
function deathsInWords(deaths: readonly Death[]): string {
  const causes = new Map<string, number>();
  for (const { cause } of deaths) causes.set(cause.cause, (causes.get(cause.cause) ?? 0) + 1);
  const counted = ([cause, count]: [string, number]) => `${cause} (${count} ${count === 1 ? 'task' : 'tasks'})`;
  const told = causes.size === 1 ? [...causes.keys()] : [...causes].map(counted);
  const [first, last] = [deaths[0]?.at ?? 0, deaths.at(-1)?.at ?? 0];
  return `${deaths.length} tasks within ${inWords(Math.max(1000, last - first))}: ${told.join('; ')}`;
}

/** Those that opened the trouble; or one of those that came after. */
function deathFact(deaths: readonly Death[], last: Death): Fact {
  if (deaths.length > 1) return { label: 'Died first', value: deathsInWords(deaths) };
  return { label: 'Task looked into', value: `${shortId(last)}, died ${isoToSecond(last.at)}: ${last.cause.cause}` };
}

/** Where the task that died logged to, and with the service's `logTail: true` its last lines. */
async function logOf(deps: FactDeps, { name, logTail }: ServiceConfig, death: Death, revision: Revision | undefined) {
  const logs = revision ? containerLogs(revision.definition) : [];
  const groups = [...new Set(logs.map(({ group }) => group))].join(', ');
  const stream = streamOf({ logs }, { ...death.cause, taskArn: death.id, stoppedAt: death.at });
  const lines = (logTail && stream && (await readTail(deps, stream))) || [];
  const tails: LogTail[] = lines.length > 0 ? [{ label: `task ${shortId(death)} of ${name}`, lines }] : [];
  return { tails, groups, link: stream ? logLink(stream, death.id) : [] };
}

/** What a person wants to know of tasks that died, oldest first: of the last one its log and its pages in AWS's console. */
export async function deathEvidence(deps: FactDeps, spec: ServiceConfig, deaths: readonly Death[]): Promise<Evidence> {
  const last = deaths.at(-1);
  if (!last) return {};
  const service = await askService(deps, spec);
  const revision = await askRevision(deps, last.taskDefinitionArn);
  const { tails, groups, link } = await logOf(deps, spec, last, revision);
  return {
    facts: [
      ...placeFacts(spec, service),
      deathFact(deaths, last),
      ...revisionFact(spec, last.taskDefinitionArn, revision),
      ...(groups ? [{ label: 'Log', value: groups }] : []),
    ],
    logTails: tails,
    links: [...link, ...taskLink(last.id), ...serviceLink(spec.cluster, spec.service, last.id)],
  };
}

/** What a person wants to know where no single task tells more. */
export const serviceEvidence = (spec: ServiceConfig, service: EcsService | undefined): Evidence => ({
  facts: placeFacts(spec, service),
  links: serviceLink(spec.cluster, spec.service, service?.taskDefinitionArn ?? spec.cluster),
});
