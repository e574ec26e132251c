import { canonicalHash } from './canonical-json.ts';
import type { ChannelConfig, Config, RouteConfig } from './config.ts';
import { defaultPrices } from './prices.ts';
import { mapValues, present } from './records.ts';
import { resolveJob } from './resolve-job.ts';
import { resolveScheduledTask, resolveService } from './resolve-targets.ts';
import type { BatutaYaml } from './schema.ts';

/** From the checked YAML to what functions get: names, units and top-level defaults filled in. */
export function resolveConfig(yaml: BatutaYaml): Config {
  const config = {
    schemaVersion: 1 as const,
    services: mapValues(yaml.services, (service, name) => resolveService(service, name, yaml)),
    scheduledTasks: mapValues(yaml.scheduledTasks, (task, name) => resolveScheduledTask(task, name, yaml)),
    jobs: mapValues(yaml.jobs, (job, name) => resolveJob(job, name, yaml)),
    channels: mapValues(yaml.channels, resolveChannel),
    routes: yaml.routes.map(resolveRoute),
    passRoles: yaml.passRoles,
    taskRoles: yaml.taskRoles,
    limits: { groups: yaml.groups, ...present({ maxParallel: yaml.maxParallel }) },
    prices: yaml.prices ?? defaultPrices,
  };
  return { ...config, hash: canonicalHash(config) };
}

function resolveChannel({ type, url, secret }: BatutaYaml['channels'][string], name: string): ChannelConfig {
  return { name, type, url, secrets: secret === undefined ? [] : [secret] };
}

const repeatMs = 4 * 3_600_000;

function resolveRoute({ when: { severity, kind, job, service }, to }: BatutaYaml['routes'][number]): RouteConfig {
  return {
    when: present({ severity: severity && [severity], kind: kind && [kind], job, service }),
    to,
    only: 'all',
    continue: true,
    mute: [],
    mentions: [],
    repeatMs,
  };
}
