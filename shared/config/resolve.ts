import { canonicalHash } from './canonical-json.ts';
import type { ChannelConfig, Config, JobConfig, ParamConfig, RouteConfig, ServiceConfig, TagPolicy } from './config.ts';
import { durationMs } from './duration.ts';
import { mapValues, present } from './records.ts';
import { scheduleExpression } from './schedule-expression.ts';
import type { BatutaYaml } from './schema.ts';
import { parseTagPolicy } from './tag-policy.ts';

type Yaml<Section extends 'services' | 'jobs' | 'channels'> = BatutaYaml[Section][string];

/** From the checked YAML to what functions get: names, units and top-level defaults filled in. */
export function resolveConfig(yaml: BatutaYaml): Config {
  const config = {
    schemaVersion: 1 as const,
    services: mapValues(yaml.services, (service, name) => resolveService(service, name, yaml)),
    scheduledTasks: {},
    jobs: mapValues(yaml.jobs, (job, name) => resolveJob(job, name, yaml)),
    channels: mapValues(yaml.channels, resolveChannel),
    routes: yaml.routes.map((route): RouteConfig => ({ when: present(route.when), to: route.to })),
    passRoles: yaml.passRoles,
  };
  return { ...config, hash: canonicalHash(config) };
}

function resolveService(service: Yaml<'services'>, name: string, top: BatutaYaml): ServiceConfig {
  return {
    name,
    service: service.service ?? name,
    cluster: clusterOf(service, top),
    image: { repository: service.image.repository, exclude: [], tags: resolveTags(service.image.tags) },
    timeoutMs: durationMs(service.timeout),
    rollback: service.rollback,
    before: [],
    after: [],
    hold: { freeze: [] },
    mode: 'live',
    drift: 'tell',
    keepRevisions: 10,
    logTail: false,
    ...present({ container: service.container }),
  };
}

function resolveJob(job: Yaml<'jobs'>, name: string, top: BatutaYaml): JobConfig {
  return {
    name,
    image: job.image,
    command: job.script === undefined ? (job.command ?? []) : ['run', job.script],
    args: job.args,
    params: mapValues(job.params, resolveParam),
    secrets: job.secrets,
    cpu: job.cpu,
    memoryMiB: job.memory,
    timeoutMs: durationMs(job.timeout),
    stopTimeoutSeconds: durationMs(job.stopTimeout) / 1000,
    cluster: clusterOf(job, top),
    ...present({
      network: networkOf(job.network ?? top.network),
      schedule: job.schedule && resolveSchedule(job.schedule),
    }),
  };
}

/** `stack` leaves it to the functions' environment. */
const networkOf = (network: BatutaYaml['network']) => (typeof network === 'string' ? undefined : network);

function resolveSchedule(schedule: NonNullable<Yaml<'jobs'>['schedule']>) {
  return { expression: scheduleExpression(schedule), timezone: schedule.timezone };
}

function resolveParam(param: Yaml<'jobs'>['params'][string]): ParamConfig {
  const { type, enum: allowed, default: value, required, description } = param;
  const isRequired = value === undefined && required !== false;
  return { type, required: isRequired, ...present({ enum: allowed, default: value, description }) };
}

function resolveChannel({ type, url, secret }: Yaml<'channels'>, name: string): ChannelConfig {
  return { name, type, url, ...present({ secret }) };
}

function resolveTags(text: string): TagPolicy {
  const policy = parseTagPolicy(text);
  if (typeof policy === 'string') throw new Error(`the tag policy ${policy}`);
  return policy;
}

function clusterOf({ cluster }: { cluster?: string | undefined }, top: BatutaYaml): string {
  return cluster ?? top.cluster ?? '';
}
