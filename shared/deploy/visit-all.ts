import type { ScheduledTaskConfig, ServiceConfig } from '../config/config.ts';
import { parseDeploymentId } from '../core/ids.ts';
import type { WantedVisit } from '../events/ours.ts';
import { type Uses, usesFor } from './clean-up/clean-up.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { forEachInTurn } from './each.ts';
import { isRefusedForNow, patient } from './patience.ts';
import { recordsOf } from './records-of.ts';
import type { ScheduledTaskDeployment } from './scheduled/scheduled-deployment.ts';
import { visitScheduledTask } from './scheduled/visit-scheduled-task.ts';
import { visitService } from './visit-service.ts';
import type { Visit } from './visit-under-lease.ts';

/** Nothing is begun with less left: checks, a registration that waits for the account's rate, UpdateService. */
const visitMs = 30_000;

/**
 * Visits services one after the other, as the account's rate for registering task definitions is one
 * per second; what the time does not suffice for is handed on to the next invocation, and so is what
 * AWS would still not take at its end.
 */
export async function visitAll(
  deps: DeployDeps,
  visits: readonly WantedVisit[],
  remainingMs: () => number,
): Promise<void> {
  const left: WantedVisit[] = [];
  const waiting = patient(deps, remainingMs);
  const uses = rememberedUses(deps, visits);
  const visit = async (wanted: WantedVisit) => {
    if (remainingMs() < visitMs) return void left.push(wanted);
    await visitOne(waiting, wanted, wanted.cleanUp ? await uses() : undefined).catch((error: unknown) => {
      if (!isRefusedForNow(error) || remainingMs() >= visitMs) throw error;
      left.push(wanted);
    });
  };
  // What is left is handed on whatever failed meanwhile.
  await forEachInTurn([() => forEachInTurn(visits, visit), () => wantVisits(deps, left)], (step) => step());
}

/** Looked up once for all, and before any lease is held: it takes many calls. */
function rememberedUses(deps: DeployDeps, visits: readonly WantedVisit[]): () => Promise<Uses> {
  let found: Promise<Uses> | undefined;
  const targets = visits.filter(({ cleanUp }) => cleanUp).map(({ service }) => service);
  return () => {
    found ??= usesFor(deps, targets);
    return found;
  };
}

async function visitOne(deps: DeployDeps, wanted: WantedVisit, uses: Uses | undefined): Promise<void> {
  const spec = await specOf(deps, wanted);
  if (spec && 'runBy' in spec) return visitScheduledTask(deps, spec, { ...visitOf(wanted), cleanUp: uses });
  if (spec) return visitService(deps, spec, { ...visitOf(wanted), cleanUp: uses });
  deps.log.info(`there is no service or scheduled task ${wanted.service} in batuta.yml`);
}

const visitsPerEvent = 50;

/** Asks for visits, by an event to the function that may touch services. @throws Error where EventBridge did not take it */
export async function wantVisits({ bus }: Pick<DeployDeps, 'bus'>, visits: readonly WantedVisit[]): Promise<void> {
  const events = [];
  for (let start = 0; start < visits.length; start += visitsPerEvent)
    events.push({
      'detail-type': 'Deployment Work Left' as const,
      detail: { visits: visits.slice(start, start + visitsPerEvent) },
    });
  if (events.length === 0) return;
  const failed = await bus.put(events);
  if (failed.length > 0)
    throw new Error(`EventBridge refused ${failed.length} of ${events.length} events; the sweep asks again`);
}

const visitOf = ({ follow = false, deploy, digest, deployment, drift }: WantedVisit): Visit => ({
  follow,
  ...(drift ? { drift } : {}),
  ...(deploy ? { deploy: { trigger: { kind: deploy }, digest } } : {}),
  ...(deployment ? { deployment: parseDeploymentId(deployment) } : {}),
});

/** As batuta.yml has it; where it has it no more, as the deployment that is to be ended froze it. */
async function specOf(
  deps: DeployDeps,
  { service, deployment }: WantedVisit,
): Promise<ServiceConfig | ScheduledTaskConfig | undefined> {
  const configured = deps.config.services[service] ?? deps.config.scheduledTasks[service];
  if (configured || !deployment) return configured;
  return (await recordsOf<Deployment | ScheduledTaskDeployment>(deps).get(deployment))?.value.spec;
}
