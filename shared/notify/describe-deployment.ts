import type { Severity } from '../config/config.ts';
import type { AnyDeployment } from '../deploy/deployment.ts';
import { failureFacts, failureHint } from './describe-failure.ts';
import { approvalFacts, heldSeverity, holdFacts, holdHint, waitsInWords } from './describe-holds.ts';
import { inWords, type Message } from './message.ts';
import type { NewsKind } from './news-kind.ts';

const revisionOf = (arn: string | undefined) => arn?.split('/').pop();

const kinds: Readonly<Record<AnyDeployment['state'], NewsKind>> = {
  held: 'deployment-held',
  preparing: 'deployment-started',
  rolling: 'deployment-started',
  verifying: 'deployment-started',
  succeeded: 'deployment-succeeded',
  'rolling-back': 'deployment-failed',
  'rolled-back': 'deployment-rolled-back',
  failed: 'deployment-failed',
  superseded: 'deployment-superseded',
  skipped: 'deployment-skipped',
};

const severities: Partial<Record<AnyDeployment['state'], Severity>> = {
  succeeded: 'info',
  superseded: 'info',
  skipped: 'warning',
};

/** `shop-api:1 → shop-api:2`, and on the way back `shop-api:2, back to shop-api:1`. */
function revisionsInWords({ state, from, to, rollback, trigger }: AnyDeployment): string {
  const found = trigger.kind === 'drift' ? { taskDefinitionArn: trigger.found } : undefined;
  const sides = [from, to ?? found, rollback ?? from];
  const [before, ours, back] = sides.map((side) => revisionOf(side?.taskDefinitionArn) ?? '?');
  return state === 'rolling-back' || state === 'rolled-back' ? `${ours}, back to ${back}` : `${before} → ${ours}`;
}

function backTo({ from, rollback }: AnyDeployment): string {
  // ECS may know another last success than we do.
  const isOther = rollback?.by === 'circuit-breaker' && rollback.taskDefinitionArn !== from?.taskDefinitionArn;
  if (isOther) return revisionOf(rollback.taskDefinitionArn) ?? '';
  return from?.tag ?? revisionOf(from?.taskDefinitionArn) ?? 'the revision before';
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
const isObserved = ({ state, outcome }: AnyDeployment) =>
  state === 'skipped' && outcome?.reason.startsWith('would deploy ') === true;

function skippedTitle(deployment: AnyDeployment): string {
  const { service, image, trigger } = deployment;
  if (isObserved(deployment)) return `${service}: would deploy ${image.tag}`;
  return trigger.kind === 'drift'
    ? `${service}: somebody else put ${revisionOf(trigger.found)} in the place of ${image.tag}`
    : `${service} ${image.tag} is not deployed`;
}

function titleOf(deployment: AnyDeployment): string | undefined {
  const { state, service, image } = deployment;
  const { tag } = image;
  switch (state) {
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
    case 'preparing':
    case 'rolling':
    case 'verifying':
      return undefined;
    default:
      return state satisfies never;
  }
}

function askedFacts({ trigger }: AnyDeployment): Message['facts'] {
  if (trigger.kind === 'api') return [{ label: 'Asked by', value: trigger.caller }];
  return trigger.kind === 'promotion' ? [{ label: 'Promoted from', value: trigger.service }] : [];
}

function severityOf(deployment: AnyDeployment): Severity {
  if (deployment.state === 'held') return heldSeverity(deployment);
  return isObserved(deployment) ? 'info' : (severities[deployment.state] ?? 'error');
}

/** A deployment's news: undefined while there is nothing that people need to hear. */
export function describeDeployment(deployment: AnyDeployment): Message | undefined {
  const title = titleOf(deployment);
  if (!title) return undefined;
  const { state, service, image, from, to, createdAt, rolledAt, finishedAt, outcome, heldBy } = deployment;
  const hint = state === 'held' ? holdHint(deployment) : failureHint(deployment);
  return {
    kind: kinds[state],
    severity: severityOf(deployment),
    tag: image.tag,
    title,
    subject: service,
    news: state === 'held' ? `held: ${(heldBy ?? []).join(',')}` : state,
    facts: [
      { label: 'Image', value: `${image.repository}:${image.tag} (${image.digest.slice(0, 19)})` },
      ...askedFacts(deployment),
      ...holdFacts(deployment),
      ...approvalFacts(deployment),
      ...(from || to ? [{ label: 'Revision', value: revisionsInWords(deployment) }] : []),
      ...(rolledAt && finishedAt ? [{ label: 'Took', value: inWords(finishedAt - rolledAt) }] : []),
      ...failureFacts(deployment),
    ],
    ...(outcome && state !== 'succeeded' ? { cause: outcome.reason } : {}),
    ...(hint && state !== 'succeeded' ? { hint } : {}),
    at: finishedAt ?? createdAt,
  };
}
