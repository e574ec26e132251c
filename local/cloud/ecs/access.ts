import type { Access, Place } from '../service.ts';
import { ecsArns, nameOf } from './arns.ts';
import type { EcsState } from './state.ts';
import { lookUpDefinition } from './task-definitions.ts';

/** The members of inputs that decide resources and conditions. */
interface Asked {
  cluster?: string;
  clusters?: string[];
  clusterName?: string;
  family?: string;
  task?: string;
  tasks?: string[];
  taskDefinition?: string;
  service?: string;
  services?: string[];
  serviceName?: string;
  serviceDeploymentArn?: string;
  serviceDeploymentArns?: string[];
  serviceRevisionArns?: string[];
  resourceArn?: string;
  tags?: unknown[];
  taskRoleArn?: string;
  executionRoleArn?: string;
  overrides?: { taskRoleArn?: string; executionRoleArn?: string };
}

function passRoles(...roles: (string | undefined)[]): Access[] {
  return roles
    .filter((role) => role !== undefined)
    .map((role) => ({
      action: 'iam:PassRole',
      resource: role,
      context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
    }));
}

/** What ECS asks IAM per call; source: Service Authorization Reference, Amazon ECS. */
export function ecsAccess(state: EcsState, place: Place, operation: string, asked: Asked): Access[] {
  const arns = ecsArns(place);
  const action = `ecs:${operation}`;
  const cluster = nameOf(asked.cluster ?? 'default');
  const context = { 'ecs:cluster': arns.cluster(cluster) };
  const on = (...resources: string[]): Access[] => resources.map((resource) => ({ action, resource }));
  const inCluster = (...resources: string[]): Access[] => resources.map((resource) => ({ action, resource, context }));
  const tagging = (resource: string): Access[] =>
    asked.tags?.length ? [{ action: 'ecs:TagResource', resource, context: { 'ecs:createaction': operation } }] : [];
  const service = (reference: string | undefined) => arns.service(cluster, nameOf(reference ?? ''));
  const task = (reference: string) => arns.task(cluster, nameOf(reference));
  const definitionArn = (reference: string) =>
    lookUpDefinition(state, reference)?.taskDefinitionArn ?? arns.taskDefinition(nameOf(reference), '*');

  function runTask(): Access[] {
    const reference = asked.taskDefinition ?? '';
    const definition = lookUpDefinition(state, reference);
    return [
      ...inCluster(definitionArn(reference)),
      ...passRoles(
        asked.overrides?.taskRoleArn ?? definition?.taskRoleArn,
        asked.overrides?.executionRoleArn ?? definition?.executionRoleArn,
      ),
      ...tagging(arns.task(cluster, '*')),
    ];
  }

  switch (operation) {
    case 'RunTask':
      return runTask();
    case 'RegisterTaskDefinition':
      return [
        ...on('*'),
        ...passRoles(asked.taskRoleArn, asked.executionRoleArn),
        ...tagging(arns.taskDefinition(asked.family ?? '', '*')),
      ];
    case 'StopTask':
      return inCluster(task(asked.task ?? ''));
    case 'DescribeTasks':
      return inCluster(...(asked.tasks ?? []).map(task));
    case 'ListTasks':
      return inCluster(`arn:aws:ecs:${place.region}:${place.account}:container-instance/${cluster}/*`);
    case 'CreateService':
      return [...inCluster(service(asked.serviceName)), ...tagging(service(asked.serviceName))];
    case 'UpdateService':
    case 'DeleteService':
    case 'ListServiceDeployments':
      return inCluster(service(asked.service));
    case 'DescribeServices':
      return inCluster(...(asked.services ?? []).map(service));
    case 'ListServices':
      return inCluster('*');
    case 'StopServiceDeployment':
      return on(asked.serviceDeploymentArn ?? '*');
    case 'DescribeServiceDeployments':
      return on(...(asked.serviceDeploymentArns ?? []));
    case 'DescribeServiceRevisions':
      return on(...(asked.serviceRevisionArns ?? []));
    case 'CreateCluster': {
      const created = arns.cluster(asked.clusterName ?? 'default');
      return [...on(created), ...tagging(created)];
    }
    case 'DeleteCluster':
      return on(arns.cluster(cluster));
    case 'DescribeClusters':
      return on(...(asked.clusters ?? ['default']).map((reference) => arns.cluster(nameOf(reference))));
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsForResource':
      return on(asked.resourceArn ?? '*');
    default:
      // Describe and list calls on task definitions support no resource.
      return on('*');
  }
}
