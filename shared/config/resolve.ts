import { canonicalHash } from './canonical-json.ts';
import type { ChannelConfig, Config, JobConfig, ParamConfig, RouteConfig, ScheduleConfig } from './config.ts';
import { durationMs } from './duration.ts';
import { jobDefaults } from './job-defaults.ts';
import { defaultPrices } from './prices.ts';
import { mapValues, present } from './records.ts';
import { resolveImage, resolveScheduledTask, resolveService } from './resolve-targets.ts';
import { scheduleExpression } from './schedule-expression.ts';
import type { BatutaYaml } from './schema.ts';

type Yaml<Section extends 'jobs' | 'channels'> = BatutaYaml[Section][string];

/** From the checked YAML to what functions get: names, units and top-level defaults filled in. */
export function resolveConfig(yaml: BatutaYaml): Config {
  const config = {
    schemaVersion: 1 as const,
    services: mapValues(yaml.services, (service, name) => resolveService(service, name, yaml)),
    scheduledTasks: mapValues(yaml.scheduledTasks, (task, name) => resolveScheduledTask(task, name, yaml)),
    jobs: mapValues(yaml.jobs, (job, name) => resolveJob(job, name, yaml)),
    channels: mapValues(yaml.channels, resolveChannel),
    routes: yaml.routes.map((route): RouteConfig => ({ when: present(route.when), to: route.to })),
    passRoles: yaml.passRoles,
    taskRoles: [],
    limits: { groups: {} },
    prices: defaultPrices,
  };
  return { ...config, hash: canonicalHash(config) };
}

function resolveJob(job: Yaml<'jobs'>, name: string, top: BatutaYaml): JobConfig {
  return {
    name,
    image: typeof job.image === 'string' ? job.image : resolveImage(job.image),
    command: job.script === undefined ? (job.command ?? []) : ['run', job.script],
    args: job.args,
    params: mapValues(job.params, resolveParam),
    secrets: job.secrets,
    cpu: job.cpu,
    memoryMiB: job.memory,
    timeoutMs: durationMs(job.timeout),
    stopTimeoutSeconds: durationMs(job.stopTimeout) / 1000,
    cluster: job.cluster ?? top.cluster ?? '',
    ...jobDefaults,
    schedules: job.schedule ? [resolveSchedule(job.schedule)] : [],
    ...present({ network: networkOf(job.network ?? top.network) }),
  };
}

/** `stack` leaves it to the functions' environment. */
const networkOf = (network: BatutaYaml['network']) => (typeof network === 'string' ? undefined : network);

function resolveSchedule(schedule: NonNullable<Yaml<'jobs'>['schedule']>): ScheduleConfig {
  return {
    name: 'schedule',
    expression: scheduleExpression(schedule),
    timezone: schedule.timezone,
    params: {},
    graceMs: 300_000,
    catchUp: 'none',
  };
}

function resolveParam(param: Yaml<'jobs'>['params'][string]): ParamConfig {
  const { type, enum: allowed, default: value, required, description } = param;
  const isRequired = value === undefined && required !== false;
  return { type, required: isRequired, ...present({ enum: allowed, default: value, description }) };
}

function resolveChannel({ type, url, secret }: Yaml<'channels'>, name: string): ChannelConfig {
  return { name, type, url, ...present({ secret }) };
}
