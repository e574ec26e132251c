import { dirname, resolve } from 'node:path';
import { isObject, valueAt } from './data-path.ts';
import { fargateSizeProblem } from './fargate-size.ts';
import type {
  LocalConfig,
  LocalHealthCheck,
  LocalLoadBalancer,
  LocalParameter,
  LocalServiceConfig,
} from './local-config.ts';
import { suggestName } from './nearest.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { readChecked } from './read-checked.ts';
import { mapValues, present } from './records.ts';
import { type BatutaLocalYaml, batutaLocalYaml } from './schema/local.ts';

export interface LocalPorts {
  /** Whether an image's directory exists; without it, directories are not looked for. */
  isDirectory?: (path: string) => boolean;
}

export type LoadedLocal = { ok: true; local: LocalConfig } | { ok: false; problems: Problem[] };

/** Reads and checks the text of batuta.local.yml; directories are relative to the folder of `fileName`. */
export function loadLocal(text: string, fileName: string, ports: LocalPorts = {}): LoadedLocal {
  const folder = dirname(resolve(fileName));
  const checked = readChecked(batutaLocalYaml, text, fileName, (draft, given) => [
    ...checkImages(draft, folder, ports),
    ...checkServices(draft, given),
  ]);
  return checked.ok ? { ok: true, local: resolveLocal(checked.value, folder) } : checked;
}

function checkImages(draft: unknown, folder: string, { isDirectory }: LocalPorts): Finding[] {
  return entriesAt(draft, 'images').flatMap(([name, directory]) => {
    if (typeof directory !== 'string' || (isDirectory?.(resolve(folder, directory)) ?? true)) return [];
    const message = `there is no folder \`${directory}\` beside this file`;
    return [{ path: ['images', name], message, write: "write the image's folder, relative to this file's" }];
  });
}

function checkServices(draft: unknown, given: (path: Path) => boolean): Finding[] {
  const images = entriesAt(draft, 'images').map(([name]) => name);
  return entriesAt(draft, 'services').flatMap(([name, service]) => {
    const path = ['services', name];
    const image = valueAt(service, ['image']);
    if (typeof image !== 'string' || given(['images', image])) return checkNumbers(service, path);
    const write = suggestName(image, images) ?? `add \`${image}: FOLDER\` to images`;
    return [{ path: [...path, 'image'], message: `images has no \`${image}\``, write }, ...checkNumbers(service, path)];
  });
}

function checkNumbers(service: unknown, path: Path): Finding[] {
  const number = (key: string, otherwise: number) => Number(valueAt(service, [key]) ?? otherwise);
  const size = fargateSizeProblem(number('cpu', 256), number('memory', 512));
  const sizes = size === undefined ? [] : [{ path: [...path, size.key], message: size.message, write: size.write }];
  const interval = Number(valueAt(service, ['loadBalancer', 'interval']) ?? 5);
  if (Number(valueAt(service, ['loadBalancer', 'timeout']) ?? 1) > interval)
    sizes.push({
      path: [...path, 'loadBalancer', 'timeout'],
      message: 'is longer than interval',
      write: `write 1 to ${interval} seconds`,
    });
  if (number('minimumHealthyPercent', 100) < number('maximumPercent', 200)) return sizes;
  // ECS could neither stop an old task nor start a new one.
  const message = 'leaves no room for a rolling deployment';
  return [...sizes, { path: [...path, 'maximumPercent'], message, write: 'write more than minimumHealthyPercent' }];
}

function entriesAt(draft: unknown, key: string): [string, unknown][] {
  const record = valueAt(draft, [key]);
  return isObject(record) ? Object.entries(record) : [];
}

function resolveLocal({ parameters, secrets, images, services }: BatutaLocalYaml, folder: string): LocalConfig {
  return {
    parameters: mapValues(parameters, resolveParameter),
    secrets,
    images: mapValues(images, (directory) => resolve(folder, directory)),
    services: mapValues(services, resolveService),
  };
}

function resolveParameter(parameter: BatutaLocalYaml['parameters'][string]): LocalParameter {
  return typeof parameter === 'string' ? { value: parameter, type: 'String' } : parameter;
}

function resolveService(service: BatutaLocalYaml['services'][string], name: string): LocalServiceConfig {
  const { memory, circuitBreaker, cluster, port, healthCheck, loadBalancer, container, ...rest } = service;
  return {
    ...rest,
    container: container ?? name,
    memoryMiB: memory,
    circuitBreaker:
      typeof circuitBreaker === 'boolean'
        ? { enable: circuitBreaker, rollback: false }
        : { enable: true, rollback: circuitBreaker.rollback },
    ...present({ cluster, port }),
    ...(healthCheck === undefined ? {} : { healthCheck: resolveHealthCheck(healthCheck) }),
    ...(loadBalancer === undefined ? {} : { loadBalancer: resolveLoadBalancer(loadBalancer) }),
  };
}

function resolveHealthCheck({
  command,
  ...times
}: NonNullable<BatutaLocalYaml['services'][string]['healthCheck']>): LocalHealthCheck {
  return { command, ...present(times) };
}

function resolveLoadBalancer({
  interval,
  gracePeriod,
  ...optional
}: NonNullable<BatutaLocalYaml['services'][string]['loadBalancer']>): LocalLoadBalancer {
  return { interval, gracePeriod, ...present(optional) };
}
