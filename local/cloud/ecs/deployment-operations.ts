import type * as model from '@aws-sdk/client-ecs';
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { refuseToken } from './clusters.ts';
import type { DeploymentSteps } from './deployments.ts';
import { findService } from './service-operations.ts';
import type { ServiceScheduler } from './service-scheduler.ts';
import { liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord } from './state.ts';

interface Ports {
  state: EcsState;
  place: Place;
  scheduler: ServiceScheduler;
  steps: DeploymentSteps;
}

export function deploymentOperations({ state, place, scheduler, steps }: Ports) {
  const records = () => [...state.services.values()];

  /** A service deployment with its revisions' task counts as they are now. */
  function view(record: ServiceRecord, serviceDeployment: DeploymentRecord['serviceDeployment']): ServiceDeployment {
    const count = (arn: string | undefined) => {
      const ids = record.deployments.filter(({ revision }) => revision.serviceRevisionArn === arn).map(({ id }) => id);
      const tasks = liveTasks(state, record).filter(({ service }) => ids.includes(service?.deploymentId ?? ''));
      const running = tasks.filter(({ task }) => task.lastStatus === 'RUNNING').length;
      const wanted = arn === record.deployments[0]?.revision.serviceRevisionArn ? record.service.desiredCount : 0;
      return { arn, requestedTaskCount: wanted, runningTaskCount: running, pendingTaskCount: tasks.length - running };
    };
    return structuredClone({
      ...serviceDeployment,
      sourceServiceRevisions: serviceDeployment.sourceServiceRevisions?.map(({ arn }) => count(arn)),
      targetServiceRevision: count(serviceDeployment.targetServiceRevision?.arn),
    });
  }

  function find(
    arn: string,
  ): { record: ServiceRecord; serviceDeployment: DeploymentRecord['serviceDeployment'] } | undefined {
    for (const record of records())
      for (const { serviceDeployment } of record.history)
        if (serviceDeployment.serviceDeploymentArn === arn) return { record, serviceDeployment };
    return undefined;
  }

  function stopDeployment(arn: string, stopType: string): void {
    const found = find(arn);
    if (!found) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
    const { record, serviceDeployment } = found;
    // Repeating a rollback is fine.
    if (serviceDeployment.status?.startsWith('ROLLBACK_')) return;
    const [primary] = record.deployments;
    if (!primary || primary.serviceDeployment !== serviceDeployment || serviceDeployment.status !== 'IN_PROGRESS')
      throw new AwsError('ConflictException', 'The service deployment is not in progress.');
    if (stopType !== 'ROLLBACK')
      throw new AwsError('InvalidParameterException', 'The local ECS stops deployments with stopType ROLLBACK only.');
    if (!record.lastCompleted)
      throw new AwsError(
        'InvalidParameterException',
        'The service has no earlier completed deployment to roll back to.',
      );
    steps.rollBack(record, primary, 'Service deployment rolled back because of a StopServiceDeployment request');
    scheduler.wake(record);
  }

  return {
    ListServiceDeployments: ({ service, cluster, status, createdAt, nextToken, maxResults = 100 }) => {
      const record = findService(state, place, cluster, service);
      const matching = record.history
        .map(({ serviceDeployment }) => serviceDeployment)
        .filter((deployment) => !status?.length || status.includes(deployment.status as (typeof status)[number]))
        .filter(({ createdAt: at = new Date(0) }) => at >= (createdAt?.after ?? at) && at <= (createdAt?.before ?? at));
      const page = pageOf(matching, nextToken, maxResults, refuseToken);
      return {
        serviceDeployments: page.items.map(({ targetServiceRevision, ...brief }) => ({
          ...structuredClone(brief),
          targetServiceRevisionArn: targetServiceRevision?.arn,
        })),
        nextToken: page.next,
      };
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns }) => ({
      serviceDeployments: serviceDeploymentArns
        .map(find)
        .filter((found) => found !== undefined)
        .map(({ record, serviceDeployment }) => view(record, serviceDeployment)),
      failures: serviceDeploymentArns.filter((arn) => !find(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    }),
    DescribeServiceRevisions: ({ serviceRevisionArns }) => {
      const all = records().flatMap(({ history }) => history.map(({ revision }) => revision));
      const found = (arn: string) => all.find((revision) => revision.serviceRevisionArn === arn);
      return {
        serviceRevisions: serviceRevisionArns.map(found).filter((revision) => revision !== undefined),
        failures: serviceRevisionArns.filter((arn) => !found(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    StopServiceDeployment: ({ serviceDeploymentArn, stopType = 'ROLLBACK' }) => {
      stopDeployment(serviceDeploymentArn, stopType);
      return { serviceDeploymentArn };
    },
  } satisfies Operations<typeof model>;
}
