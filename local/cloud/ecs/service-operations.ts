import type * as model from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Caller, type Operations, type Place } from '../service.ts';
import { ecsArns, nameOf } from './arns.ts';
import { withDefaultStrategy } from './capacity.ts';
import { findCluster, providersOf, refuseToken } from './clusters.ts';
import { checkControlled, needsDefinition } from './deployment-controllers.ts';
import type { DeploymentSteps } from './deployments.ts';
import type { Input } from './inputs.ts';
import { checkLaunch } from './launch-checks.ts';
import type { LoadBalancing } from './ports.ts';
import { checkCount, DEPLOYED, given, KEPT, mergedConfiguration } from './service-configuration.ts';
import { newServiceRecord } from './service-record.ts';
import type { ServiceScheduler } from './service-scheduler.ts';
import { serviceView } from './service-views.ts';
import type { EcsState, KnownDefinition, ServiceRecord } from './state.ts';
import { checkTags } from './tags.ts';
import { activeDefinition } from './task-definitions.ts';
import { checkLoadBalancers } from './task-targets.ts';

interface Ports {
  state: EcsState;
  place: Place;
  clock: Clock;
  scheduler: ServiceScheduler;
  steps: DeploymentSteps;
  loadBalancing: LoadBalancing | undefined;
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}

/** @throws AwsError ServiceNotFoundException. */
export function findService(
  state: EcsState,
  place: Place,
  cluster: string | undefined,
  reference: string,
): ServiceRecord {
  const record = state.services.get(ecsArns(place).service(findCluster(state, cluster), nameOf(reference)));
  if (!record) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return record;
}

export function serviceOperations({ state, place, clock, scheduler, steps, loadBalancing }: Ports) {
  const arns = ecsArns(place);

  function create(input: Input<'CreateService'>, caller: Caller): ServiceRecord {
    const cluster = findCluster(state, input.cluster);
    const { serviceName: name, desiredCount = 0 } = input;
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
      refuse('Invalid service name. Up to 255 letters, numbers, hyphens and underscores are allowed.');
    const arn = arns.service(cluster, name);
    const existing = state.services.get(arn)?.service.status;
    if (existing === 'ACTIVE') refuse('Creation of service was not idempotent.');
    if (existing === 'DRAINING') refuse('Unable to Start a service that is still Draining.');
    if ((input.schedulingStrategy ?? 'REPLICA') !== 'REPLICA')
      refuse('The daemon scheduling strategy is not supported by the Fargate launch type.');
    checkCount(desiredCount);
    const placed = withDefaultStrategy(input, state.clusters.get(cluster)?.defaultCapacityProviderStrategy);
    const definition = deployedDefinition(placed, cluster);
    const tags = checkTags(input.tags);
    const record = newServiceRecord(placed, { cluster, place, nowMs: clock.now(), createdBy: caller.accessKeyId });
    state.services.set(arn, record);
    state.tags.set(arn, tags);
    if (definition) steps.begin(record, definition);
    scheduler.wake(record);
    return record;
  }

  /** What CreateService deploys, checked; nothing for an external controller. */
  function deployedDefinition(input: Input<'CreateService'>, cluster: string): KnownDefinition | undefined {
    if (!needsDefinition(input.deploymentController?.type, input)) return undefined;
    const definition = activeDefinition(state, input.taskDefinition ?? '');
    checkLaunch(input, definition, providersOf(state, cluster));
    checkLoadBalancers(input.loadBalancers, definition, loadBalancing);
    return definition;
  }

  /** What UpdateService leads to, checked before anything is changed. */
  function changesOf(record: ServiceRecord, input: Input<'UpdateService'>) {
    const { service } = record;
    if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    if (input.desiredCount !== undefined) checkCount(input.desiredCount);
    checkControlled(service.deploymentController?.type, input);
    const definition =
      input.taskDefinition === undefined
        ? record.deployments[0]?.definition
        : activeDefinition(state, input.taskDefinition);
    const changed: ServiceRecord['service'] = { ...service, ...given(input, [...DEPLOYED, ...KEPT]) };
    if (input.capacityProviderStrategy?.length) delete changed.launchType;
    const placement = [input.taskDefinition, input.networkConfiguration, input.loadBalancers];
    if (definition && [...placement, input.capacityProviderStrategy].some((member) => member !== undefined)) {
      checkLaunch(changed, definition, providersOf(state, record.cluster));
      checkLoadBalancers(changed.loadBalancers, definition, loadBalancing);
    }
    const redeploy =
      input.forceNewDeployment === true ||
      definition?.taskDefinitionArn !== service.taskDefinition ||
      DEPLOYED.some((key) => JSON.stringify(changed[key]) !== JSON.stringify(service[key]));
    // A service goes on and scales with one that was deregistered: DeregisterTaskDefinition in the ECS API reference.
    if (redeploy && definition && definition.status !== 'ACTIVE')
      throw new AwsError('ClientException', 'TaskDefinition is inactive');
    const deploymentConfiguration = mergedConfiguration(service.deploymentConfiguration, input.deploymentConfiguration);
    return { definition, deploymentConfiguration, redeploy };
  }

  function update(input: Input<'UpdateService'>): ServiceRecord {
    const record = findService(state, place, input.cluster, input.service);
    const { service } = record;
    const { definition, deploymentConfiguration, redeploy } = changesOf(record, input);
    Object.assign(service, { deploymentConfiguration }, given(input, [...DEPLOYED, ...KEPT]));
    if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount;
    if (input.capacityProviderStrategy?.length) delete service.launchType;
    record.steady = false;
    if (redeploy && definition) steps.begin(record, definition);
    scheduler.wake(record);
    return record;
  }

  function remove({ cluster, service: reference, force }: Input<'DeleteService'>): ServiceRecord {
    const record = findService(state, place, cluster, reference);
    const { service } = record;
    if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.');
    if (service.desiredCount > 0 && force !== true) refuse('The service cannot be stopped while it is scaled above 0.');
    Object.assign(service, { status: 'DRAINING', desiredCount: 0 });
    steps.abandon(record);
    scheduler.wake(record);
    return record;
  }

  return {
    CreateService: (input, caller) => ({ service: serviceView(state, create(input, caller), true) }),
    UpdateService: (input) => ({ service: serviceView(state, update(input), false) }),
    DeleteService: (input) => ({ service: serviceView(state, remove(input), false) }),
    DescribeServices: ({ cluster: reference, services, include }) => {
      const cluster = findCluster(state, reference);
      if (services.length === 0) refuse('Services cannot be empty.');
      if (services.length > 10) refuse('Services can have at most 10 items.');
      const asked = services.map((service) => arns.service(cluster, nameOf(service)));
      const found = asked.map((arn) => state.services.get(arn)).filter((record) => record !== undefined);
      return {
        services: found.map((record) => serviceView(state, record, include?.includes('TAGS') === true)),
        failures: asked.filter((arn) => !state.services.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    ListServices: ({ cluster: reference, launchType, nextToken, maxResults = 10 }) => {
      const cluster = findCluster(state, reference);
      if (maxResults < 1 || maxResults > 100) refuse('maxResults must be between 1 and 100.');
      const all = [...state.services.values()].filter(
        (record) =>
          record.cluster === cluster &&
          record.service.status !== 'INACTIVE' &&
          (launchType ?? record.service.launchType) === record.service.launchType,
      );
      const page = pageOf(all, nextToken, maxResults, refuseToken);
      return { serviceArns: page.items.map(({ arn }) => arn), nextToken: page.next };
    },
  } satisfies Operations<typeof model>;
}
