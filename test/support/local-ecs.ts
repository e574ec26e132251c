import { ECSClient, type RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Clock } from '../../local/clock.ts';
import { createDispatcher } from '../../local/cloud/dispatcher.ts';
import { createEcs } from '../../local/cloud/ecs/ecs.ts';
import type { EcsPorts } from '../../local/cloud/ecs/ports.ts';
import type { Engine, LocalImage, OutgoingEvent, Place } from '../../local/cloud/service.ts';
import { fakeImage } from './fake-engine.ts';
import { clientConfig } from './sdk.ts';

/** A place whose identifiers count up, so that runs are alike. */
export function countingPlace(): Place {
  let count = 0;
  const hex = () => (++count * 0x9e3779b1).toString(16).padStart(32, '0').slice(-32);
  return {
    account: '123456789012',
    region: 'us-east-1',
    newHexId: () => `${hex().slice(16)}${hex().slice(16)}`,
    newUuid: () => `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`,
  };
}

interface TaskDetail {
  taskArn: string;
  lastStatus: string;
  desiredStatus: string;
  version: number;
  stopCode?: string;
  stoppedReason?: string;
}

/** A local ECS behind the SDK's own client, its events and log lines collected. */
export function localEcs(options: {
  clock: Clock;
  engine: Engine;
  images?: (uri: string) => LocalImage;
  ports?: Partial<EcsPorts>;
}) {
  const events: OutgoingEvent[] = [];
  const logs = new Map<string, string[]>();
  const ecs = createEcs({
    place: countingPlace(),
    clock: options.clock,
    engine: options.engine,
    emit: (event) => void events.push(event),
    images: { resolve: options.images ?? ((uri) => fakeImage(uri)) },
    secrets: { resolve: async (valueFrom) => `value of ${valueFrom}` },
    logs: {
      put(group, stream, lines) {
        const key = `${group} ${stream}`;
        logs.set(key, [...(logs.get(key) ?? []), ...lines.map(({ message }) => message)]);
      },
    },
    ...options.ports,
  });
  const client = new ECSClient(clientConfig(createDispatcher([ecs])));
  const details = (type: string) => events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail);
  return {
    ecs,
    client,
    events,
    /** Lines by `group stream`. */
    logs,
    taskEvents: () => details('ECS Task State Change') as TaskDetail[],
    deploymentEvents: () =>
      details('ECS Deployment State Change') as { eventName: string; deploymentId: string; reason: string }[],
    serviceActions: () => details('ECS Service Action') as { eventName: string; eventType: string }[],
  };
}

const ACCOUNT_ROLE = 'arn:aws:iam::123456789012:role';

/** A Fargate task definition of one container `app`. */
export function fargateDefinition(
  image: string,
  container: object = {},
  rest: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput {
  return {
    family: 'app',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: `${ACCOUNT_ROLE}/execution`,
    containerDefinitions: [{ name: 'app', image, essential: true, ...container }],
    ...rest,
  };
}

/** How tasks of the tests are placed. */
export const FARGATE = {
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};
