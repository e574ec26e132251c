import type { Severity } from '../../config/config.ts';
import type { AnyDeployment } from '../../deploy/deployment.ts';
import type { Message } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';
import { deploymentActions, deploymentLinks } from './deployment-actions.ts';
import { deploymentFacts } from './deployment-facts.ts';
import { failureHint, logTails, withoutNamedLog } from './describe-failure.ts';
import { heldSeverity } from './describe-holds.ts';
import { isObserved, titleOf } from './describe-title.ts';

type State = AnyDeployment['state'];

const kinds: Readonly<Record<State, NewsKind>> = {
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

const severities: Readonly<Record<Exclude<State, 'held'>, Severity>> = {
  preparing: 'info',
  rolling: 'info',
  verifying: 'info',
  succeeded: 'info',
  'rolling-back': 'error',
  'rolled-back': 'error',
  failed: 'error',
  superseded: 'info',
  skipped: 'warning',
};

/** States that are left again. */
const ongoing: ReadonlySet<State> = new Set(['held', 'preparing', 'rolling', 'verifying', 'rolling-back']);

function severityOf(deployment: AnyDeployment): Severity {
  if (deployment.state === 'held') return heldSeverity(deployment);
  return isObserved(deployment) ? 'info' : severities[deployment.state];
}

/** What a person can do, of what is not well; what ends a hold are its actions. */
function hintOf(deployment: AnyDeployment): string | undefined {
  return ongoing.has(deployment.state) && deployment.state !== 'rolling-back' ? undefined : failureHint(deployment);
}

/** When the state began that is told. */
const atOf = ({ finishedAt, rollback, stableAt, rolledAt, createdAt }: AnyDeployment): number =>
  finishedAt ?? rollback?.intendedAt ?? stableAt ?? rolledAt ?? createdAt;

/** Open until a deployment of the service succeeds; the service's own health is another matter. */
function incidentOf({ state, service }: AnyDeployment): Pick<Message, 'incident'> {
  const key = `deployment:${service}`;
  if (state === 'succeeded') return { incident: { key, state: 'closed' } };
  return severities[state as 'failed'] === 'error' ? { incident: { key, state: 'open' } } : {};
}

/** A deployment's news: undefined while there is nothing that people need to hear. */
export function describeDeployment(deployment: AnyDeployment): Message | undefined {
  const title = titleOf(deployment);
  if (!title) return undefined;
  const { state, service, image, outcome, heldBy } = deployment;
  const isWell = state === 'succeeded';
  const hint = isWell ? undefined : hintOf(deployment);
  const tails = isWell ? [] : logTails(deployment);
  return {
    kind: kinds[state],
    severity: severityOf(deployment),
    title,
    subject: service,
    tag: image.tag,
    news: state === 'held' ? `held: ${(heldBy ?? []).join(',')}` : state,
    ...(outcome && !isWell ? { cause: outcome.reason } : {}),
    ...(hint ? { hint } : {}),
    facts: withoutNamedLog(deploymentFacts(deployment), hint),
    ...(tails.length > 0 ? { logTails: tails } : {}),
    links: deploymentLinks(deployment),
    actions: deploymentActions(deployment),
    ...incidentOf(deployment),
    ...(ongoing.has(state) ? { ongoing: true } : {}),
    at: atOf(deployment),
  };
}
