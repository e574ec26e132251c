import type { ServiceConfig } from '../../config/config.ts';
import { pendingOf } from '../around-pending.ts';
import { chosenNow } from '../chosen-now.ts';
import type { AskDeps } from '../connect.ts';
import { type DeployDecision, decideDeployment } from '../decide-deployment.ts';
import type { HoldDecision } from '../hold/decide-hold.ts';
import { lookAtHolds } from '../hold/look-at-holds.ts';
import { lookAtTarget } from '../look-at-target.ts';
import { newRecord } from '../occasion.ts';
import type { ServicePointer } from '../pointer.ts';
import { decidePlan, lastImage, type Plan } from './decide-plan.ts';

/**
 * What the next look at the service would do. Reads ECR, ECS and the table; writes nothing, and calls
 * nothing that changes anything.
 */
export async function planService(deps: AskDeps, spec: ServiceConfig): Promise<Plan> {
  const [chosen, pointer, target] = await Promise.all([
    chosenNow(deps, spec),
    deps.pointers.get(spec.name),
    lookAtTarget(deps, { spec }),
  ]);
  const pending = await pendingOf(deps, pointer.pending);
  // In `observe` the plan says what would happen, whether it was told before or not.
  const decision = decideDeployment({ wanted: spec.image, chosen, pointer, pending, mode: 'live' });
  const hold = await holdOf(deps, spec, pointer, decision);
  const promoters = Object.values(deps.config.services)
    .filter(({ promote }) => promote?.to === spec.name)
    .map(({ name }) => name);
  return decidePlan({ spec, registry: deps.registry, decision, pointer, target, hold, promoters });
}

async function holdOf(
  deps: AskDeps,
  spec: ServiceConfig,
  pointer: ServicePointer,
  decision: DeployDecision,
): Promise<HoldDecision> {
  if (decision.kind === 'resume') return lookAtHolds(deps, decision.deployment);
  const image = decision.kind === 'roll' ? decision.image : lastImage({ spec, pointer });
  if (!image) return { kind: 'clear' };
  const occasion = { spec, pointer, asked: { trigger: { kind: 'sweep' as const } } };
  return lookAtHolds(deps, newRecord(deps, occasion, image, pointer.sequence + 1));
}
