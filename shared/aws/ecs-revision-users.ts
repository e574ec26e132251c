import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { type AwsConnection, call } from './connection.ts';
import { allPages } from './pages.ts';

/** What DescribeServices and DescribeTasks take at once (model). */
const mostServices = 10;
const mostTasks = 100;

function inSlices<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, slice) =>
    items.slice(slice * size, (slice + 1) * size),
  );
}

/** The services and tasks of all clusters, by what they run; and the end of a revision. */
export function ecsRevisionUsers(aws: AwsConnection) {
  const client = new ECSClient(aws);
  const services = (cluster: string) =>
    allPages(async (nextToken) => {
      const page = await call('ListServices', () =>
        client.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken })),
      );
      return { items: page.serviceArns, next: page.nextToken };
    });
  const tasks = (cluster: string, family: string) =>
    allPages(async (nextToken) => {
      const page = await call('ListTasks', () => client.send(new ListTasksCommand({ cluster, family, nextToken })));
      return { items: page.taskArns, next: page.nextToken };
    });
  return {
    /** ARNs. @throws AwsCallFailed, as each of these */
    clusters: () =>
      allPages(async (nextToken) => {
        const page = await call('ListClusters', () => client.send(new ListClustersCommand({ nextToken })));
        return { items: page.clusterArns, next: page.nextToken };
      }),
    /** The revisions that any deployment or task set of any service of the cluster names. */
    async ofServices(cluster: string): Promise<string[]> {
      const found: (string | undefined)[] = [];
      for (const slice of inSlices(await services(cluster), mostServices)) {
        const answer = await call('DescribeServices', () =>
          client.send(new DescribeServicesCommand({ cluster, services: slice })),
        );
        for (const { taskDefinition, deployments = [], taskSets = [] } of answer.services ?? [])
          found.push(taskDefinition, ...[...deployments, ...taskSets].map((one) => one.taskDefinition));
      }
      return found.filter((arn) => arn !== undefined);
    },
    /** The revisions that tasks of the family run or are about to run, whoever started them. */
    async ofTasks(cluster: string, family: string): Promise<string[]> {
      const found: (string | undefined)[] = [];
      for (const slice of inSlices(await tasks(cluster, family), mostTasks)) {
        const answer = await call('DescribeTasks', () =>
          client.send(new DescribeTasksCommand({ cluster, tasks: slice })),
        );
        found.push(...(answer.tasks ?? []).map(({ taskDefinitionArn }) => taskDefinitionArn));
      }
      return found.filter((arn) => arn !== undefined);
    },
    /** One that is INACTIVE already is fine. */
    async deregister(taskDefinition: string): Promise<void> {
      await call('DeregisterTaskDefinition', () =>
        client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
      );
    },
  };
}
