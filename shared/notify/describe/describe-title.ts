import type { AnyDeployment } from '../../deploy/deployment.ts';
import { waitsInWords } from './describe-holds.ts';

export const revisionOf = (arn: string | undefined) => arn?.split('/').pop();

function backTo({ from, rollback }: AnyDeployment): string {
  // ECS may know another last success than we do.
  const isOther = rollback?.by === 'circuit-breaker' && rollback.taskDefinitionArn !== from?.taskDefinitionArn;
  if (isOther) return revisionOf(rollback.taskDefinitionArn) ?? '';
  return from?.tag ?? revisionOf(from?.taskDefinitionArn) ?? 'the revision before';
}

function startedTitle(deployment: AnyDeployment): string {
  const { state, service, image, trigger, goBack } = deployment;
  const what = `${service} ${image.tag}`;
  if (state === 'verifying') return `${what} runs and is being verified`;
  if (goBack) return `${service} is going back to ${image.tag}`;
  if (trigger.kind === 'drift') return `${what} is being put back`;
  return state === 'preparing' ? `${what} is being prepared` : `${what} is rolling out`;
}

function successTitle({ service, image: { tag }, trigger, goBack }: AnyDeployment): string {
  if (goBack) return `${service} went back to ${tag}`;
  return `${service} ${tag} is ${trigger.kind === 'drift' ? 'put back' : 'deployed'}`;
}

function failureTitle({ service, image: { tag }, goBack, rollback, rolledAt, to, spec }: AnyDeployment): string {
  if (goBack) return `${service} could not go back to ${tag}`;
  if (rollback) return `${service} ${tag} failed, and so did the way back`;
  if (rolledAt === undefined) return `${service} ${tag} could not be deployed`;
  const stays = 'rollback' in spec && !spec.rollback;
  return `${service} ${tag} failed${stays ? ` and stays on ${revisionOf(to?.taskDefinitionArn)}` : ''}`;
}

/** `mode: observe` tells so what it leaves undone. */
export const isObserved = ({ state, outcome }: AnyDeployment) =>
  state === 'skipped' && outcome?.reason.startsWith('would deploy ') === true;

function skippedTitle(deployment: AnyDeployment): string {
  const { service, image, trigger } = deployment;
  if (isObserved(deployment)) return `${service}: would deploy ${image.tag}`;
  return trigger.kind === 'drift'
    ? `${service}: somebody else put ${revisionOf(trigger.found)} in the place of ${image.tag}`
    : `${service} ${image.tag} is not deployed`;
}

/** What happened to what; undefined of a hold that nobody has to hear of. */
export function titleOf(deployment: AnyDeployment): string | undefined {
  const { state, service, image } = deployment;
  const { tag } = image;
  switch (state) {
    case 'preparing':
    case 'rolling':
    case 'verifying':
      return startedTitle(deployment);
    case 'succeeded':
      return successTitle(deployment);
    case 'rolling-back':
      return `${service} ${tag} failed, going back to ${backTo(deployment)}`;
    case 'rolled-back':
      return `${service} ${tag} failed and was rolled back to ${backTo(deployment)}`;
    case 'failed':
      return failureTitle(deployment);
    case 'superseded':
      return `${service} ${tag} was superseded`;
    case 'skipped':
      return skippedTitle(deployment);
    case 'held': {
      const waits = waitsInWords(deployment);
      return waits && `${service} ${tag} ${waits}`;
    }
    default:
      return state satisfies never;
  }
}
