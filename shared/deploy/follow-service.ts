import type { ServiceConfig } from '../config/config.ts';
import type { ServiceDeploymentEvent } from '../events/service-deployment.ts';
import type { DeployDeps } from './connect.ts';
import { forEachInTurn } from './each.ts';
import { visitService } from './visit-service.ts';

interface KnownServices {
  config: Pick<DeployDeps['config'], 'services'>;
}

/** The configured services that are this ECS service; without a cluster in the event, those of that name in any. */
export function configuredAs(deps: KnownServices, service: string, clusterName: string | undefined): ServiceConfig[] {
  return Object.values(deps.config.services).filter(
    (spec) => spec.service === service && (clusterName === undefined || spec.cluster.split('/').at(-1) === clusterName),
  );
}

/** Somebody else's rollout is over, if nothing of ours is in flight. */
const hasEnded: ReadonlySet<string> = new Set(['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED']);

/** Carries on the deployment in flight, if the service is ours and has one; else looks whether somebody else deployed. */
export async function followService(event: ServiceDeploymentEvent, deps: DeployDeps): Promise<void> {
  const specs = configuredAs(deps, event.serviceName, event.clusterName);
  if (specs.length === 0) deps.log.debug(`service ${event.serviceName} is not in batuta.yml`);
  await forEachInTurn(specs, async (spec) => {
    const { inFlight, lastSuccessful } = await deps.pointers.get(spec.name);
    if (inFlight) await visitService(deps, spec, { follow: true });
    else if (lastSuccessful && hasEnded.has(event.eventName))
      await visitService(deps, spec, { follow: false, drift: true });
  });
}
