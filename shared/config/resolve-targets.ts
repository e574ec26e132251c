import type { HoldConfig, ImageConfig, ScheduledTaskConfig, ServiceConfig } from './config.ts';
import { durationMs } from './duration.ts';
import { parseFreezeWindow } from './freeze-window.ts';
import { present } from './records.ts';
import { APPROVAL, type HoldYaml, SCAN } from './schema/hold.ts';
import type { BatutaYaml } from './schema.ts';
import { parseTagPattern, parseTagPolicy } from './tag-policy.ts';

type ServiceYaml = BatutaYaml['services'][string];
type ScheduledTaskYaml = BatutaYaml['scheduledTasks'][string];

export function resolveService(service: ServiceYaml, name: string, top: BatutaYaml): ServiceConfig {
  const { before, after, rollback, logTail, promote } = service;
  return {
    ...resolveTarget(service, name, top),
    service: service.service ?? name,
    cluster: service.cluster ?? top.cluster ?? '',
    timeoutMs: durationMs(service.timeout),
    alertAfterMs: durationMs(service.alertAfter),
    rollback,
    before,
    after,
    drift: service.drift ?? top.drift,
    logTail,
    ...present({
      promote: promote && { to: promote.to, afterMs: durationMs(promote.after), approval: promote.approval },
    }),
  };
}

export function resolveScheduledTask(task: ScheduledTaskYaml, name: string, top: BatutaYaml): ScheduledTaskConfig {
  const { rule, bus = 'default', schedule = '', group = 'default' } = task;
  return {
    ...resolveTarget(task, name, top),
    runBy: rule === undefined ? { kind: 'schedule', group, schedule } : { kind: 'rule', bus, rule },
  };
}

function resolveTarget(target: ServiceYaml | ScheduledTaskYaml, name: string, top: BatutaYaml) {
  return {
    name,
    image: resolveImage(target.image),
    hold: resolveHold(target.hold, top.freeze),
    mode: target.mode ?? top.mode,
    keepRevisions: target.keepRevisions ?? top.keepRevisions,
    ...present({ container: target.container }),
  };
}

export function resolveImage({ registry, repository, exclude, tags }: ServiceYaml['image']): ImageConfig {
  return {
    repository,
    exclude: exclude.map((text) => read(parseTagPattern(text))),
    tags: tags === undefined ? { kind: 'promoted' } : read(parseTagPolicy(tags)),
    ...present({ registry }),
  };
}

function resolveHold(hold: HoldYaml | undefined, freeze: readonly string[]): HoldConfig {
  const { approval, scan } = hold ?? {};
  return {
    freeze: (hold?.freeze ?? freeze).map((text) => read(parseFreezeWindow(text))),
    ...present({ approval: resolveApproval(approval), scan: resolveScan(scan) }),
  };
}

function resolveApproval(approval: HoldYaml['approval'] | undefined): HoldConfig['approval'] {
  if (!approval) return undefined;
  return { expiresMs: durationMs((approval === true ? APPROVAL : approval).expires) };
}

function resolveScan(scan: HoldYaml['scan']): HoldConfig['scan'] {
  if (scan === undefined) return undefined;
  const { severity, tellAfter, expires } = typeof scan === 'string' ? { ...SCAN, severity: scan } : scan;
  return { severity, tellAfterMs: durationMs(tellAfter), expiresMs: durationMs(expires) };
}

function read<T>(parsed: T | string): T {
  if (typeof parsed === 'string') throw new Error(`checked text ${parsed}`);
  return parsed;
}
