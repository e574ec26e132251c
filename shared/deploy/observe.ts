import { deploymentIdOf } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { DeployDeps } from './connect.ts';
import type { AnyDeployment, Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';

/** What `mode: observe` records in the deployment's stead. */
export function observed<Value extends AnyDeployment>(record: Value, held: HoldDecision, now: Instant): Value {
  const { service, image } = record;
  const holds = held.kind === 'hold' ? ` once released: ${held.holds.map(({ why }) => why).join(', ')}` : '';
  return {
    ...record,
    id: deploymentIdOf(service, image.digest, String(record.sequence), 'observed'),
    state: 'skipped',
    outcome: {
      reason: `would deploy ${image.repository}:${image.tag}${holds}; ${service} is in mode observe`,
      hint: `set mode: live for ${service} in batuta.yml to have it deployed`,
    },
    finishedAt: now,
  };
}

/** `mode: observe`: what would be deployed is recorded and told once; the service is not touched, and nothing is accepted. */
export async function observe(deps: DeployDeps, record: Deployment, held: HoldDecision): Promise<void> {
  const { service, image } = record;
  await deps.deployments.create(observed(record, held, deps.now()));
  await deps.pointers.change(service, (pointer) => ({ ...pointer, observed: image.digest }));
}
