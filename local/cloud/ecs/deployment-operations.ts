import type * as model from '@aws-sdk/client-ecs';
import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { refuseToken } from './clusters.ts';
import { findService } from './service-operations.ts';
import type { ServiceScheduler } from './service-scheduler.ts';
import { liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord } from './state.ts';

interface Ports {
  state: EcsState;
  place: Place;
  clock: Clock;
  scheduler: ServiceScheduler;
}

/** A stop or rollback that was asked for already: asking again is fine. */
const ON_ITS_WAY = ['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];
/** "View service history using Amazon ECS service deployments" of the developer guide. */
const HISTORY_MS = 90 * 86_400_000;

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

function atMost20(arns: readonly string[], what: string): void {
  if (arns.length === 0) refuse(`${what} cannot be empty.`);
  if (arns.length > 20) refuse(`${what} can have at most 20 items.`);
}

export function deploymentOperations({ state, place, clock, scheduler }: Ports) {
  const records = () => [...state.services.values()];

  /** A service deployment with its revisions' task counts and traffic as they are now. */
  function view(record: ServiceRecord, serviceDeployment: DeploymentRecord['serviceDeployment']): ServiceDeployment {
    const count = (arn: string | undefined) => {
      const deployments = record.deployments.filter(({ revision }) => revision.serviceRevisionArn === arn);
      const ids = deployments.map(({ id }) => id);
      const tasks = liveTasks(state, record).filter(({ service }) => ids.includes(service?.deploymentId ?? ''));
      const running = tasks.filter(({ task }) => task.lastStatus === 'RUNNING').length;
      const wanted = arn === record.deployments[0]?.revision.serviceRevisionArn ? record.service.desiredCount : 0;
      return {
        arn,
        requestedTaskCount: wanted,
        runningTaskCount: running,
        pendingTaskCount: tasks.length - running,
        ...(serviceDeployment.lifecycleStage && { requestedProductionTrafficWeight: deployments[0]?.weight ?? 0 }),
      };
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

  /** States and what they become: "Stopping Amazon ECS service deployments" of the developer guide. */
  function stopDeployment(arn: string, stopType: string): void {
    const found = find(arn);
    if (!found) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
    const { record, serviceDeployment } = found;
    if (ON_ITS_WAY.includes(serviceDeployment.status ?? '')) return;
    if (record.deployments[0]?.serviceDeployment !== serviceDeployment || serviceDeployment.status !== 'IN_PROGRESS')
      throw new AwsError('ConflictException', 'The service deployment is not in progress.');
    if (stopType === 'ROLLBACK' && !record.lastCompleted)
      refuse('The service has no earlier completed deployment to roll back to.');
    serviceDeployment.status = stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED';
    scheduler.wake(record);
  }

  return {
    ListServiceDeployments: ({ service, cluster, status, createdAt, nextToken, maxResults = 100 }) => {
      const record = findService(state, place, cluster, service);
      const matching = record.history
        .map(({ serviceDeployment }) => serviceDeployment)
        .filter((deployment) => !status?.length || status.includes(deployment.status as (typeof status)[number]))
        .filter(({ createdAt: at = new Date(0) }) => at.getTime() > clock.now() - HISTORY_MS)
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
    DescribeServiceDeployments: ({ serviceDeploymentArns }) => {
      atMost20(serviceDeploymentArns, 'serviceDeploymentArns');
      return {
        serviceDeployments: serviceDeploymentArns
          .map(find)
          .filter((found) => found !== undefined)
          .map(({ record, serviceDeployment }) => view(record, serviceDeployment)),
        failures: serviceDeploymentArns.filter((arn) => !find(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    DescribeServiceRevisions: ({ serviceRevisionArns }) => {
      atMost20(serviceRevisionArns, 'serviceRevisionArns');
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
