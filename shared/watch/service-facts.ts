import type { EcsService } from '../aws/ecs-service.ts';
import type { Logs } from '../aws/logs.ts';
import type { ServiceReader } from '../aws/service-reader.ts';
import type { ServiceConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { RawTaskDefinition } from '../deploy/revision.ts';
import { fields, list, text } from '../events/parse.ts';
import type { Log } from '../lambda/runtime.ts';
import type { Fact } from '../notify/message.ts';
import { runningOf } from './decide-look.ts';

export interface FactDeps {
  ecs: Pick<ServiceReader, 'describeServices' | 'describeTaskDefinition'>;
  logs: Pick<Logs, 'tail'>;
  log: Log;
}

export interface Revision {
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}

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

export const lastPart = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

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

/** The service as ECS describes it; undefined where it cannot be asked. */
export async function askService(deps: FactDeps, { cluster, service }: ServiceConfig): Promise<EcsService | undefined> {
  const found = await ifKnown(deps, () => deps.ecs.describeServices(cluster, [service]));
  return found?.find(({ name }) => name === service);
}

export const askRevision = (deps: FactDeps, arn: string): Promise<Revision | undefined> =>
  ifKnown(deps, () => deps.ecs.describeTaskDefinition(arn));
