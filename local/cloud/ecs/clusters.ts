import type * as model from '@aws-sdk/client-ecs';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { ecsArns, nameOf } from './arns.ts';
import type { EcsState } from './state.ts';
import { checkTags } from './tags.ts';

/** @throws AwsError ClusterNotFoundException; without a reference the cluster is `default`, as in ECS. */
export function findCluster(state: EcsState, reference = 'default'): string {
  const name = nameOf(reference);
  if (state.clusters.get(name)?.status !== 'ACTIVE')
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return name;
}

/** The names of the capacity providers associated with a cluster. */
export function providersOf(state: EcsState, cluster: string): readonly string[] {
  return state.clusters.get(cluster)?.capacityProviders ?? [];
}

export function refuseToken(): never {
  throw new AwsError('InvalidParameterException', 'Invalid token');
}

function counts(state: EcsState, name: string) {
  const tasks = [...state.tasks.values()].filter(({ cluster }) => cluster === name);
  const services = [...state.services.values()].filter(
    ({ cluster, service }) => cluster === name && service.status !== 'INACTIVE',
  );
  return {
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ task }) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ task }) => task.lastStatus === 'PENDING' || task.lastStatus === 'PROVISIONING')
      .length,
    activeServicesCount: services.length,
  };
}

export function clusterOperations(state: EcsState, place: Place) {
  const arns = ecsArns(place);
  const view = (name: string) => {
    const cluster = state.clusters.get(name);
    return { ...cluster, ...counts(state, name), tags: state.tags.get(cluster?.clusterArn ?? '') ?? [] };
  };
  return {
    CreateCluster: ({
      clusterName: name = 'default',
      tags,
      settings,
      capacityProviders,
      defaultCapacityProviderStrategy,
    }) => {
      if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
        throw new AwsError(
          'InvalidParameterException',
          'Cluster name should be 1 to 255 letters, numbers, hyphens and underscores.',
        );
      if (state.clusters.get(name)?.status === 'ACTIVE') return { cluster: view(name) };
      const clusterArn = arns.cluster(name);
      state.tags.set(clusterArn, checkTags(tags));
      state.clusters.set(name, {
        clusterArn,
        clusterName: name,
        status: 'ACTIVE',
        statistics: [],
        settings: settings ?? [{ name: 'containerInsights', value: 'disabled' }],
        // AWS associates none by itself.
        capacityProviders: capacityProviders ?? ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: defaultCapacityProviderStrategy ?? [],
      });
      return { cluster: view(name) };
    },
    DescribeClusters: ({ clusters = ['default'] }) => {
      const known = clusters.filter((reference) => state.clusters.has(nameOf(reference)));
      const missing = clusters.filter((reference) => !state.clusters.has(nameOf(reference)));
      return {
        clusters: known.map((reference) => view(nameOf(reference))),
        failures: missing.map((reference) => ({ arn: arns.cluster(nameOf(reference)), reason: 'MISSING' })),
      };
    },
    ListClusters: ({ nextToken, maxResults = 100 }) => {
      const active = [...state.clusters.values()].filter(({ status }) => status === 'ACTIVE');
      const page = pageOf(active, nextToken, maxResults, refuseToken);
      return { clusterArns: page.items.map(({ clusterArn }) => clusterArn), nextToken: page.next };
    },
    DeleteCluster: ({ cluster: reference = '' }) => {
      const name = findCluster(state, reference);
      const { activeServicesCount, runningTasksCount, pendingTasksCount } = counts(state, name);
      if (activeServicesCount > 0)
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      if (runningTasksCount + pendingTasksCount > 0)
        throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      const cluster = state.clusters.get(name);
      if (cluster) cluster.status = 'INACTIVE';
      return { cluster: view(name) };
    },
  } satisfies Operations<typeof model>;
}
