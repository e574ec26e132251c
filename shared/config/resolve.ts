import { canonicalHash } from './canonical-json.ts';
import type { Config } from './config.ts';
import { defaultPrices } from './prices.ts';
import { mapValues, present } from './records.ts';
import { resolveJob } from './resolve-job.ts';
import { resolveChannel, resolveRoute } from './resolve-notify.ts';
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
