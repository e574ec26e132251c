import type { ServiceConfig } from '../config/config.ts';
import { parseDeploymentId } from '../core/ids.ts';
import type { WantedVisit } from '../events/ours.ts';
import type { DeployDeps } from './connect.ts';
import { forEachInTurn } from './each.ts';
import { type Visit, visitService } from './visit-service.ts';

/** What a visit may take: checks, a registration that waits for the account's rate, UpdateService. */
const visitMs = 30_000;

/**
 * Visits services one after the other, as the account's rate for registering task definitions is one
 * per second; what the time does not suffice for is handed on to the next invocation.
 */
export async function visitAll(
  deps: DeployDeps,
  visits: readonly WantedVisit[],
  remainingMs: () => number,
): Promise<void> {
  const left: WantedVisit[] = [];
  await forEachInTurn(visits, async (wanted) => {
    if (remainingMs() < visitMs) return void left.push(wanted);
    const spec = await specOf(deps, wanted);
    if (spec) await visitService(deps, spec, visitOf(wanted));
    else deps.log.info(`there is no service ${wanted.service} in batuta.yml`);
  });
  await wantVisits(deps, left);
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

const visitOf = ({ follow = false, deploy, digest, deployment }: WantedVisit): Visit => ({
  follow,
  ...(deploy ? { deploy: { trigger: { kind: deploy }, digest } } : {}),
  ...(deployment ? { deployment: parseDeploymentId(deployment) } : {}),
});

/** As batuta.yml has it; where it has it no more, as the deployment that is to be ended froze it. */
async function specOf(deps: DeployDeps, { service, deployment }: WantedVisit): Promise<ServiceConfig | undefined> {
  const configured = deps.config.services[service];
  if (configured || !deployment) return configured;
  return (await deps.deployments.get(deployment))?.value.spec;
}
