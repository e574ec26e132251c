import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { taskSetsOf } from './deployment-controllers.ts';
import { given } from './service-configuration.ts';
import { liveTasks } from './service-tasks.ts';
import type { DeploymentRecord, EcsState, ServiceRecord, TaskRecord } from './state.ts';

const PENDING = ['PROVISIONING', 'PENDING', 'ACTIVATING'];

function counts(tasks: readonly TaskRecord[]) {
  return {
    runningCount: tasks.filter(({ task }) => task.lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ task }) => PENDING.includes(task.lastStatus)).length,
  };
}

function deploymentView(record: ServiceRecord, deployment: DeploymentRecord, tasks: TaskRecord[]): Deployment {
  const { id, status, definition, createdAt, updatedAt, failedTasks, rolloutState, rolloutStateReason } = deployment;
  const { shift, replaces } = record.deployments[0] ?? {};
  const { service } = record;
  const own = tasks.filter((task) => task.service?.deploymentId === id);
  const wanted = own.filter(({ task }) => task.desiredStatus === 'RUNNING').length;
  // Blue stays as large as the service until the clean-up.
  const isBlue = shift !== undefined && shift.stage !== 'CLEAN_UP' && deployment === replaces;
  const keepsCount = (status === 'PRIMARY' || isBlue) && rolloutState !== 'FAILED';
  return {
    id,
    status,
    taskDefinition: definition.taskDefinitionArn,
    desiredCount: keepsCount ? service.desiredCount : wanted,
    ...counts(own),
    failedTasks,
    createdAt,
    updatedAt,
    ...(service.launchType && { launchType: service.launchType }),
    ...(service.capacityProviderStrategy && { capacityProviderStrategy: service.capacityProviderStrategy }),
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    ...given(service, ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations']),
    ...(service.networkConfiguration && { networkConfiguration: service.networkConfiguration }),
    rolloutState,
    rolloutStateReason,
  };
}

/** A service as DescribeServices answers it, a copy. */
export function serviceView(state: EcsState, record: ServiceRecord, withTags: boolean): Service {
  const tasks = liveTasks(state, record);
  return structuredClone({
    ...record.service,
    ...counts(tasks),
    ...(record.service.deploymentController?.type === 'CODE_DEPLOY'
      ? { deployments: [], taskSets: taskSetsOf(record, record.deployments) }
      : { deployments: record.deployments.map((deployment) => deploymentView(record, deployment, tasks)) }),
    ...(withTags && { tags: state.tags.get(record.arn) ?? [] }),
  });
}
