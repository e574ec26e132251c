import { deploymentIdOf } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';
import type { NotYet } from './apply-hold.ts';
import type { DeployDeps } from './connect.ts';
import type { Problem } from './decide-target.ts';
import type { AnyDeployment, Deployment } from './deployment.ts';
import type { HoldDecision } from './hold/decide-hold.ts';
import { lookAtHolds } from './hold/look-at-holds.ts';
import { leaveUntried } from './pointer.ts';
import { recordsOf } from './records-of.ts';

/** What would happen, were the mode another. */
function wouldDeploy({ service, image }: AnyDeployment, held: HoldDecision): Problem {
  const holds = held.kind === 'hold' ? ` once released: ${held.holds.map(({ why }) => why).join(', ')}` : '';
  return {
    reason: `would deploy ${image.repository}:${image.tag}${holds}; ${service} is in mode observe`,
    hint: `set mode: live for ${service} in batuta.yml to have it deployed`,
  };
}

/** What `mode: observe` records in the deployment's stead. */
export function observed<Value extends AnyDeployment>(record: Value, held: HoldDecision, now: Instant): Value {
  const { service, image } = record;
  return {
    ...record,
    id: deploymentIdOf(service, image.digest, String(record.sequence), 'observed'),
    state: 'skipped',
    outcome: wouldDeploy(record, held),
    finishedAt: now,
  };
}

/** `mode: observe`: what would be deployed is recorded and told once; the service is not touched, and nothing is accepted. */
export async function observe(deps: DeployDeps, record: Deployment, held: HoldDecision): Promise<void> {
  await deps.deployments.create(observed(record, held, deps.now()));
  await noteObserved(deps, record);
}

/** It is told no more. */
export const noteObserved = async (deps: Pick<DeployDeps, 'pointers'>, { service, image }: AnyDeployment) =>
  void (await deps.pointers.change(service, (pointer) => ({ ...pointer, observed: image.digest })));

/** The mode as batuta.yml has it now: what waits may be older. */
export const isObserved = ({ config }: Pick<DeployDeps, 'config'>, { service }: AnyDeployment): boolean =>
  (config.services[service] ?? config.scheduledTasks[service])?.mode === 'observe';

/**
 * Ends what has not touched its target and must not, now that the mode is observe: a promotion, what somebody
 * asked for, or what was accepted when the mode was live.
 */
export async function endObserved(
  deps: DeployDeps,
  deployment: AnyDeployment,
  seen?: Parameters<typeof lookAtHolds>[2],
): Promise<void> {
  const held = await lookAtHolds(deps, deployment, seen);
  const next: NotYet =
    held.kind === 'skip' || held.kind === 'fail' ? held : { kind: 'skip', ...wouldDeploy(deployment, held) };
  const { kind, reason, hint } = next;
  await recordsOf<AnyDeployment>(deps).update(deployment.id, (current) => {
    const isUntouched = current.state === 'held' || (current.state === 'preparing' && !current.updateIntendedAt);
    if (!isUntouched) return undefined;
    const state = kind === 'skip' ? 'skipped' : 'failed';
    return { ...current, state, outcome: { reason, hint }, holds: [], finishedAt: deps.now() };
  });
  if (kind !== 'skip') return;
  await noteObserved(deps, deployment);
  await deps.pointers.change(deployment.service, (pointer) => leaveUntried(pointer, deployment));
}
