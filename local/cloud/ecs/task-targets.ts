import type { LoadBalancer } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import type { LoadBalancing } from './ports.ts';
import type { KnownDefinition, TaskRecord, TaskTarget } from './state.ts';

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

function checkTargetGroup(arn: string, { networkMode }: KnownDefinition, elb: LoadBalancing | undefined): void {
  const group = elb?.targetGroup(arn);
  if (!group) refuse(`The target group with targetGroupArn ${arn} does not exist.`);
  if (!group.inUse) refuse(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  const wanted = networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (group.targetType !== wanted)
    refuse(
      `The provided target group ${arn} has target type ${group.targetType}, which is incompatible with the ${networkMode ?? 'bridge'} network mode specified in the task definition.`,
    );
}

/**
 * What CreateService and UpdateService refuse of a service's load balancers.
 * @throws AwsError InvalidParameterException; the words about absent groups are our own, the others AWS's.
 */
export function checkLoadBalancers(
  loadBalancers: readonly LoadBalancer[] | undefined,
  definition: KnownDefinition,
  elb: LoadBalancing | undefined,
): void {
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers ?? []) {
    if (targetGroupArn === undefined) refuse('The local ECS has target groups only, no Classic Load Balancers.');
    const container = definition.containerDefinitions.find(({ name }) => name === containerName);
    if (!container) refuse(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      refuse(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    checkTargetGroup(targetGroupArn, definition, elb);
  }
}

/** The only container instance's; the local targets all lead to this machine. */
const INSTANCE_ID = 'i-00000000000000001';

function bindingsOf({ task }: TaskRecord, containerName?: string) {
  return task.containers
    .filter(({ name }) => containerName === undefined || name === containerName)
    .flatMap(({ networkBindings = [] }) => networkBindings);
}

function hostPortOf(bindings: ReturnType<typeof bindingsOf>, port: number | undefined): number | undefined {
  return bindings.find(({ containerPort }) => containerPort === port)?.hostPort;
}

/**
 * Registers the running task with the target groups of its service; `changed` hears of their health.
 * A target's port is the process's own, where AWS has the container's on the task's own address.
 */
export function registerTargets(record: TaskRecord, elb: LoadBalancing | undefined, changed: () => void): void {
  const id = record.definition.networkMode === 'awsvpc' ? '127.0.0.1' : INSTANCE_ID;
  for (const { targetGroupArn, containerName, containerPort } of record.service?.loadBalancers ?? []) {
    const port = hostPortOf(bindingsOf(record, containerName), containerPort);
    // The group may be gone by now; the service's task runs on without.
    if (!elb || targetGroupArn === undefined || port === undefined || !elb.targetGroup(targetGroupArn)) continue;
    const target: TaskTarget = { targetGroupArn, id, port, state: 'initial', description: undefined };
    record.targets.push(target);
    elb.register(targetGroupArn, {
      id,
      port,
      checkPort: (asked) => hostPortOf(bindingsOf(record), asked) ?? asked,
      checked({ state, description }) {
        Object.assign(target, { state, description });
        changed();
      },
    });
  }
}

/** Resolves when every target of the task is drained: ECS sends SIGTERM only then (DEACTIVATING in the task lifecycle). */
export async function deregisterTargets({ targets }: TaskRecord, elb: LoadBalancing | undefined): Promise<void> {
  await Promise.all(targets.map((target) => elb?.deregister(target.targetGroupArn, target)));
}
