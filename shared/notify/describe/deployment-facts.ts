import { isoToSecond } from '../../core/time.ts';
import type { AnyDeployment, JobRun } from '../../deploy/deployment.ts';
import { type Fact, inWords } from '../message.ts';
import { failureFacts } from './describe-failure.ts';
import { approvalFacts, holdFacts, waitedInWords } from './describe-holds.ts';
import { revisionOf } from './describe-title.ts';

/** `shop-api:1 → shop-api:2`, and on the way back `shop-api:2, back to shop-api:1`. */
function revisionsInWords({ state, from, to, rollback, trigger }: AnyDeployment): string {
  const found = trigger.kind === 'drift' ? { taskDefinitionArn: trigger.found } : undefined;
  const sides = [from, to ?? found, rollback ?? from];
  const [before, ours, back] = sides.map((side) => revisionOf(side?.taskDefinitionArn) ?? '?');
  if (state === 'rolling-back' || state === 'rolled-back') return `${ours}, back to ${back}`;
  return ours === '?' ? '' : `${before} → ${ours}`;
}

/** Where what runs changes by it, or would have: `1.4.0 → 1.5.0`. */
function tagsInWords({ from, replaces, image: { tag } }: AnyDeployment): string {
  const before = from?.tag ?? replaces;
  return before === undefined || before === tag ? '' : `${before} → ${tag}`;
}

function askedBy({ trigger, movedBack }: AnyDeployment): Fact[] {
  switch (trigger.kind) {
    case 'api':
      return [{ label: 'Asked by', value: trigger.caller }];
    case 'promotion':
      return [{ label: 'Promoted from', value: trigger.service }];
    case 'push':
    case 'sweep':
    case 'drift':
      return movedBack ? [{ label: 'Moved back', value: 'the tag was moved to an image from before' }] : [];
    default:
      return trigger satisfies never;
  }
}

const jobsInWords = (runs: readonly JobRun[]) => runs.map(({ job, run }) => `${job} (${run})`).join(', ');

const imageInWords = ({ image: { registry, repository, tag, digest } }: AnyDeployment) =>
  `${registry ? `${registry}/` : ''}${repository}:${tag} (${digest.slice(0, 19)})`;

/** Of the rollout, once there is one: what it waited for before is a fact of its own. */
function timeFacts(deployment: AnyDeployment): Fact[] {
  const { state, createdAt, rolledAt, finishedAt } = deployment;
  return [
    { label: 'Took', value: rolledAt && finishedAt ? inWords(finishedAt - rolledAt) : '' },
    { label: state === 'held' ? 'Waits since' : 'Began', value: isoToSecond(rolledAt ?? createdAt) },
    { label: 'Waited', value: waitedInWords(deployment) },
  ];
}

/** The most important first: channels cut at the end. */
export function deploymentFacts(deployment: AnyDeployment): Fact[] {
  const { runs } = deployment;
  const facts: Fact[] = [
    ...holdFacts(deployment),
    { label: 'Change', value: tagsInWords(deployment) },
    ...failureFacts(deployment),
    ...timeFacts(deployment),
    ...askedBy(deployment),
    ...approvalFacts(deployment),
    { label: 'Jobs before', value: jobsInWords(runs.before) },
    { label: 'Jobs after', value: jobsInWords(runs.after) },
    { label: 'Image', value: imageInWords(deployment) },
    { label: 'Revision', value: revisionsInWords(deployment) },
  ];
  return facts.filter(({ value }) => value !== '');
}
