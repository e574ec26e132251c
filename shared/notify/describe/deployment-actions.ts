import type { TargetConfig } from '../../config/config.ts';
import type { AnyDeployment, Deployment } from '../../deploy/deployment.ts';
import { streamOf } from '../../deploy/log-tail.ts';
import type { Action, Link } from '../message.ts';
import { firstCrash } from './describe-failure.ts';
import { holdActions } from './describe-holds.ts';
import { isObserved } from './describe-title.ts';
import { logLink, revisionLink, serviceLink, taskLink } from './links.ts';

const isOfService = (spec: TargetConfig): spec is Deployment['spec'] => 'service' in spec && 'cluster' in spec;

/** What a person can type next. */
export function deploymentActions(deployment: AnyDeployment): Action[] {
  const { state, id, service, spec, image, from, goBack } = deployment;
  const history = { label: 'See its history', command: `batuta deployment ${id}` };
  const again = { label: 'Deploy it again', command: `batuta deploy ${service} --tag ${image.tag}` };
  // A scheduled task has no way back but another image.
  const back = isOfService(spec) ? [{ label: 'Go back', command: `batuta rollback ${service}` }] : [];
  switch (state) {
    case 'held':
      return holdActions(deployment);
    case 'preparing':
    case 'rolling':
    case 'verifying':
    case 'rolling-back':
      return [history];
    case 'succeeded':
      return goBack || !from ? [] : back;
    case 'rolled-back':
      return [history, again];
    case 'failed':
      return [history, ...(deployment.rolledAt === undefined ? [again] : back)];
    case 'superseded':
      return [];
    case 'skipped':
      return isObserved(deployment) || deployment.trigger.kind === 'drift' ? [] : [again];
    default:
      return state satisfies never;
  }
}

/** What does not go on is looked at in its own service only. */
const isAtRest: ReadonlySet<AnyDeployment['state']> = new Set(['held', 'succeeded', 'superseded', 'skipped']);

/** The pages of AWS's console, those of what failed first. */
export function deploymentLinks(deployment: AnyDeployment): Link[] {
  const { state, spec, to, from, logs = [] } = deployment;
  const near = to?.taskDefinitionArn ?? from?.taskDefinitionArn;
  const [, crash] = firstCrash(deployment) ?? [];
  const stream = crash && streamOf({ logs }, crash);
  const [group] = logs;
  const service = isOfService(spec) ? serviceLink(spec.cluster, spec.service, near) : [];
  if (isAtRest.has(state)) return service;
  return [
    ...(stream ? logLink(stream, crash.taskArn) : group ? logLink({ group: group.group }, near) : []),
    ...taskLink(crash?.taskArn),
    ...service,
    ...revisionLink(to?.taskDefinitionArn),
  ];
}
