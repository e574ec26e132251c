import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';
import { call } from './connection.ts';
import { type ServiceProgress, toProgress } from './ecs-service.ts';

/** What ECS keeps of a service's deployments, for 90 days (docs). */
export interface ServiceDeployments {
  /** The task definitions of these service revisions, in their order; undefined for one that ECS does not know. */
  revisionsOf(serviceRevisionArns: readonly string[]): Promise<(string | undefined)[]>;
  /** The task definitions of the newest successful deployments, newest first. */
  successfulRevisions(cluster: string, service: string): Promise<string[]>;
}

const mostLooked = 20;

export async function progressOf(client: ECSClient, arn: string): Promise<ServiceProgress | undefined> {
  const answer = await call('DescribeServiceDeployments', () =>
    client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] })),
  );
  return answer.serviceDeployments?.map(toProgress)[0];
}

export function serviceDeployments(client: ECSClient): ServiceDeployments {
  async function revisionsOf(serviceRevisionArns: readonly string[]) {
    if (serviceRevisionArns.length === 0) return [];
    const answer = await call('DescribeServiceRevisions', () =>
      client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...serviceRevisionArns] })),
    );
    const known = new Map(answer.serviceRevisions?.map((found) => [found.serviceRevisionArn, found.taskDefinition]));
    return serviceRevisionArns.map((arn) => known.get(arn));
  }
  return {
    revisionsOf,
    async successfulRevisions(cluster, service) {
      const answer = await call('ListServiceDeployments', () =>
        client.send(
          new ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'], maxResults: mostLooked }),
        ),
      );
      const newestFirst = [...(answer.serviceDeployments ?? [])].sort(
        (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
      );
      const found = await revisionsOf(newestFirst.flatMap((deployment) => deployment.targetServiceRevisionArn ?? []));
      return found.filter((taskDefinition) => taskDefinition !== undefined);
    },
  };
}
