import type { EcsService } from '../aws/ecs-service.ts';
import type { Logs } from '../aws/logs.ts';
import type { ServiceReader } from '../aws/service-reader.ts';
import type { ServiceConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import { containerLogs } from '../deploy/container-logs.ts';
import { readTail, streamOf } from '../deploy/log-tail.ts';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { fields, list, text } from '../events/parse.ts';
import type { Log } from '../lambda/runtime.ts';
import { type Fact, inWords } from '../notify/message.ts';
import { runningOf } from './decide-look.ts';
import type { Death } from './service-watch.ts';

export interface FactDeps {
  ecs: Pick<ServiceReader, 'describeServices' | 'describeTaskDefinition'>;
  logs: Pick<Logs, 'tail'>;
  log: Log;
}

interface Revision {
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}

/** Channels cut at some 12 kB. */
const longestTail = 2000;

/** What ECS cannot be asked just now is left out: the news itself is more urgent. */
async function ifKnown<Answer>({ log }: FactDeps, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    log.warn(`told without it: ${error.message}`);
    return undefined;
  }
}

const lastPart = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** Our own revisions are pinned by digest and have the tag as a tag; others name it in the image. */
function imageTag({ definition, tags }: Revision, { image, container }: ServiceConfig): string | undefined {
  const ours = tags.map(fields).find(({ key }) => key === 'batuta:tag');
  if (ours) return text(ours.value);
  const images = list(definition.containerDefinitions).map(fields);
  const named = images.find(({ name, image: uri }) =>
    container === undefined ? text(uri)?.includes(`/${image.repository}:`) : name === container,
  );
  return /:([\w.-]+)$/.exec(text(named?.image) ?? '')?.[1];
}

/** How many of how many tasks run, and where. */
export function placeFacts({ cluster }: ServiceConfig, service: EcsService | undefined): Fact[] {
  const running = service && `${runningOf(service)} of ${service.desiredCount} run`;
  return [{ label: 'Cluster', value: lastPart(cluster) }, ...(running ? [{ label: 'Tasks', value: running }] : [])];
}

export function revisionFact(spec: ServiceConfig, arn: string, revision: Revision | undefined): Fact[] {
  const tag = revision && imageTag(revision, spec);
  return arn ? [{ label: 'Revision', value: `${lastPart(arn)}${tag ? ` (${tag})` : ''}` }] : [];
}

/** Repeats folded: `3 within 2 min: exit code 1 of container api (2 tasks); out of memory (1 task)`. */
function deathsInWords(deaths: readonly Death[]): string {
  const causes = new Map<string, number>();
  for (const { cause } of deaths) causes.set(cause.cause, (causes.get(cause.cause) ?? 0) + 1);
  const told = [...causes].map(([cause, count]) => `${cause} (${count} ${count === 1 ? 'task' : 'tasks'})`);
  const [first, last] = [deaths[0]?.at ?? 0, deaths.at(-1)?.at ?? 0];
  return `${deaths.length} within ${inWords(Math.max(1000, last - first))}: ${told.join('; ')}`;
}

async function tailFact(deps: FactDeps, { logTail }: ServiceConfig, death: Death, revision: Revision | undefined) {
  const logs = revision ? containerLogs(revision.definition) : [];
  const groups = [...new Set(logs.map(({ group }) => group))].join(', ');
  const group = groups ? [{ label: 'Log', value: groups }] : [];
  const crash = { ...death.cause, taskArn: death.id, stoppedAt: death.at };
  const stream = logTail ? streamOf({ logs }, crash) : undefined;
  const lines = (stream && (await readTail(deps, stream)))?.join('\n') ?? '';
  if (lines === '') return group;
  const value = lines.length > longestTail ? `…${lines.slice(1 - longestTail)}` : lines;
  return [...group, { label: `Log of task ${lastPart(death.id).slice(0, 8)}`, value }];
}

/** The service as ECS describes it; undefined where it cannot be asked. */
export async function askService(deps: FactDeps, { cluster, service }: ServiceConfig): Promise<EcsService | undefined> {
  const found = await ifKnown(deps, () => deps.ecs.describeServices(cluster, [service]));
  return found?.find(({ name }) => name === service);
}

export const askRevision = (deps: FactDeps, arn: string): Promise<Revision | undefined> =>
  ifKnown(deps, () => deps.ecs.describeTaskDefinition(arn));

/** What a person wants to know of tasks that died. */
export async function deathFacts(deps: FactDeps, spec: ServiceConfig, deaths: readonly Death[]): Promise<Fact[]> {
  const last = deaths.at(-1);
  if (!last) return [];
  const service = await askService(deps, spec);
  const revision = await askRevision(deps, last.taskDefinitionArn);
  return [
    ...placeFacts(spec, service),
    { label: 'Tasks that died', value: deathsInWords(deaths) },
    ...revisionFact(spec, last.taskDefinitionArn, revision),
    ...(await tailFact(deps, spec, last, revision)),
  ];
}
