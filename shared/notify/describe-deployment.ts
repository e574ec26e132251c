import type { Severity } from '../config/config.ts';
import type { AnyDeployment } from '../deploy/deployment.ts';
import { failureFacts, failureHint } from './describe-failure.ts';
import { approvalFacts, heldSeverity, holdFacts, holdHint, waitsInWords } from './describe-holds.ts';
import { inWords, type Message } from './message.ts';

const revisionOf = (arn: string | undefined) => arn?.split('/').pop();

const severities: Partial<Record<AnyDeployment['state'], Severity>> = {
  succeeded: 'info',
  superseded: 'info',
  skipped: 'warning',
};

/** `shop-api:1 → shop-api:2`, and on the way back `shop-api:2, back to shop-api:1`. */
function revisionsInWords({ state, from, to, rollback }: AnyDeployment): string {
  const [before, ours, back] = [from, to, rollback ?? from].map((side) => revisionOf(side?.taskDefinitionArn) ?? '?');
  return state === 'rolling-back' || state === 'rolled-back' ? `${ours}, back to ${back}` : `${before} → ${ours}`;
}

function titleOf(deployment: AnyDeployment): string | undefined {
  const { state, service, image, from, trigger } = deployment;
  const { tag } = image;
  const backTo = from?.tag ?? revisionOf(from?.taskDefinitionArn) ?? 'the revision before';
  switch (state) {
    case 'succeeded':
      return `${service} ${tag} is ${trigger.kind === 'drift' ? 'put back' : 'deployed'}`;
    case 'rolling-back':
      return `${service} ${tag} failed, going back to ${backTo}`;
    case 'rolled-back':
      return `${service} ${tag} failed and was rolled back to ${backTo}`;
    case 'failed':
      return `${service} ${tag} could not be deployed`;
    case 'superseded':
      return `${service} ${tag} was superseded`;
    case 'skipped':
      return trigger.kind === 'drift'
        ? `${service}: somebody else put ${revisionOf(trigger.found)} in the place of ${tag}`
        : `${service} ${tag} is not deployed`;
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

/** A deployment's news: undefined while there is nothing that people need to hear. */
export function describeDeployment(deployment: AnyDeployment): Message | undefined {
  const title = titleOf(deployment);
  if (!title) return undefined;
  const { state, service, image, from, to, createdAt, rolledAt, finishedAt, outcome, heldBy } = deployment;
  const hint = state === 'held' ? holdHint(deployment) : failureHint(deployment);
  return {
    severity: state === 'held' ? heldSeverity(deployment) : (severities[state] ?? 'error'),
    title,
    subject: service,
    news: state === 'held' ? `held: ${(heldBy ?? []).join(',')}` : state,
    facts: [
      { label: 'Image', value: `${image.repository}:${image.tag} (${image.digest.slice(0, 19)})` },
      ...holdFacts(deployment),
      ...approvalFacts(deployment),
      ...(from || to ? [{ label: 'Revision', value: revisionsInWords(deployment) }] : []),
      ...(rolledAt && finishedAt ? [{ label: 'Took', value: inWords(finishedAt - createdAt) }] : []),
      ...failureFacts(deployment),
    ],
    ...(outcome && state !== 'succeeded' ? { cause: outcome.reason } : {}),
    ...(hint && state !== 'succeeded' ? { hint } : {}),
    at: finishedAt ?? createdAt,
  };
}
