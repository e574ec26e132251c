import type { AnyDeployment } from '../deployment.ts';
import type { ServicePointer } from '../pointer.ts';
import type { ScheduledTaskDeployment } from '../scheduled/scheduled-deployment.ts';

/** More than these are left ACTIVE for good: a pointer must stay small. */
const mostRemembered = 100;

/** `family:revision`, of an ARN or of itself: ECS takes either, and each revision's is its own in an account and region. */
export const revisionName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Of a service there are none. */
const movesOf = (deployment: AnyDeployment) => (deployment as ScheduledTaskDeployment).moves ?? [];

/** Every revision that a deployment registered: for its image, or as a copy of one gone back to that was INACTIVE. */
function registeredBy(deployment: AnyDeployment): string[] {
  const { to, goBack, from, rollback } = deployment;
  const copy = rollback?.by === 'batuta' ? rollback : undefined;
  return [
    ...(to && to.taskDefinitionArn !== goBack?.taskDefinitionArn ? [to.taskDefinitionArn] : []),
    ...(copy && copy.taskDefinitionArn !== from?.taskDefinitionArn ? [copy.taskDefinitionArn] : []),
    ...movesOf(deployment).map((move) => move.to),
  ];
}

/** Every revision that a deployment names, whoever registered it. */
export function namedBy(deployment: AnyDeployment): string[] {
  const { to, goBack, from, rollback } = deployment;
  const arns = [to, goBack, from, rollback].flatMap((place) => place?.taskDefinitionArn ?? []);
  return [...arns, ...movesOf(deployment).flatMap((move) => [move.from, move.to])];
}

/** With what a deployment registered that is over, as the newest. */
export function withRegistered({ revisions = [] }: ServicePointer, deployment: AnyDeployment): readonly string[] {
  const registered = new Set(registeredBy(deployment).map(revisionName));
  return [...revisions.filter((revision) => !registered.has(revision)), ...registered].slice(-mostRemembered);
}
