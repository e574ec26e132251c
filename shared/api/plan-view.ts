import type { Plan } from '../deploy/plan/decide-plan.ts';
import { holdView, revisionOf } from './deployment-view.ts';
import { present } from './time-fields.ts';

/** A plan: `nothing` with why, `refused` with reason and hint, `deploy` with the image, the holds and the difference. */
export function planView(plan: Plan) {
  if (plan.kind === 'nothing') return plan;
  const { repository, tag, digest } = plan.image ?? {};
  const image = plan.image ? { image: { repository, tag, digest } } : {};
  if (plan.kind === 'refused') return { kind: plan.kind, ...image, reason: plan.reason, hint: plan.hint };
  const { kind, deployment, movedBack, holds, before, from, diff } = plan;
  return {
    kind,
    ...image,
    ...present('deployment', deployment?.id),
    ...(movedBack ? { movedBack } : {}),
    holds: holds.map(holdView),
    before,
    from: revisionOf(from),
    diff,
  };
}

export type PlanView = ReturnType<typeof planView>;
