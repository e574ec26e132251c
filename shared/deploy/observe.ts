import { deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';

/** `mode: observe`: what would be deployed is recorded and told once; the service is not touched, and nothing is accepted. */
export async function observe(deps: DeployDeps, record: Deployment, held: HoldDecision): Promise<void> {
  const { service, image } = record;
  const holds = held.kind === 'hold' ? ` once released: ${held.holds.map(({ why }) => why).join(', ')}` : '';
  await deps.deployments.create({
    ...record,
    id: deploymentIdOf(service, image.digest, String(record.sequence), 'observed'),
    state: 'skipped',
    outcome: {
      reason: `would deploy ${image.repository}:${image.tag}${holds}; ${service} is in mode observe`,
      hint: `set mode: live for services.${service} in batuta.yml to have it deployed`,
    },
    finishedAt: deps.now(),
  });
  await deps.pointers.change(service, (pointer) => ({ ...pointer, observed: image.digest }));
}
