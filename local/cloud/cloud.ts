import type { Clock } from '../clock.ts';
import { createAutoscaling } from './autoscaling/autoscaling.ts';
import { type Around, createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEcr, type Ecr } from './ecr/ecr.ts';
import { createEcs, type Ecs } from './ecs/ecs.ts';
import type { Timing } from './ecs/ports.ts';
import { createRunTask, type RunTask } from './ecs-target.ts';
import { createElbv2 } from './elbv2/elbv2.ts';
import { createEvents, type Events, type EventsPorts } from './events/events.ts';
import { compose } from './faults.ts';
import { createLogs, type Logs } from './logs/logs.ts';
import { createRateLimits, type RateLimitOptions } from './rate-limits.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { resolveSecret } from './secrets.ts';
import { createSecretsManager } from './secretsmanager/secretsmanager.ts';
import type { Engine, InvokeAsync, Place } from './service.ts';
import { createSns, type SnsPorts } from './sns/sns.ts';
import { createSqs, type Sqs } from './sqs/sqs.ts';
import { createSsm } from './ssm/ssm.ts';
import { createSts } from './sts/sts.ts';

export interface CloudPorts {
  place: Place;
  clock: Clock;
  engine: Engine;
  /** Where pushed images lie, by digest. */
  imageStore: string;
  /** Calls a function asynchronously; given once the functions are known. */
  invoke: InvokeAsync;
  around?: Around;
  /** AWS's request rates, of the calls that count for them; without it nothing is throttled. */
  rateLimits?: RateLimitOptions;
  timing?: Partial<Timing>;
  /** Stands between the buses and their targets: tests lose, double and delay here; the demo listens. */
  delivery?: NonNullable<EventsPorts['delivery']>;
  /** Hear of what is published to topics and put on buses. */
  onPublished?: NonNullable<SnsPorts['onPublished']>;
  onPut?: NonNullable<EventsPorts['onPut']>;
  /** Further variables of every container: the endpoint and the task role's credentials. */
  taskEnvironment?: (taskRoleArn: string | undefined) => Record<string, string>;
}

/** The embedded AWS: one dispatcher over services that know each other by ports only. */
export interface Cloud {
  dispatcher: Dispatcher;
  ecr: Ecr;
  ecs: Ecs;
  events: Events;
  logs: Logs;
  sqs: Sqs;
  close(): Promise<void>;
}

export function createCloud(ports: CloudPorts): Cloud {
  const { place, clock, engine, invoke, rateLimits, timing, delivery, taskEnvironment, onPublished, onPut } = ports;
  const around = rateLimits ? compose(ports.around ?? {}, createRateLimits(clock, rateLimits)) : ports.around;
  const sqs = createSqs({ place, clock });
  const deadLetter = sqs.send;
  const logs = createLogs({ place, clock, invoke });
  // The services make each other up: a rule's target runs a task, whose events come to the rules.
  const runTask: RunTask = (input, roleArn) => createRunTask(dispatcher, place)(input, roleArn);
  const events = createEvents({
    ...{ place, clock, invoke, deadLetter, runTask },
    ...(delivery ? { delivery } : {}),
    ...(onPut ? { onPut } : {}),
  });
  const ssm = createSsm({ place, clock });
  const secretsManager = createSecretsManager({ place, clock });
  const ecr = createEcr({ place, clock, emit: events.emit, storeDirectory: ports.imageStore });
  const scheduler = createScheduler({ place, clock, invoke, deadLetter, runTask });
  const elbv2 = createElbv2({ place, clock, probe: engine.probe });
  const ecs = createEcs({
    place,
    clock,
    engine,
    emit: events.emit,
    images: ecr,
    secrets: { resolve: (valueFrom) => resolveSecret(valueFrom, { ssm, secretsManager }) },
    logs,
    loadBalancing: elbv2,
    ...(timing ? { timing } : {}),
    ...(taskEnvironment ? { taskEnvironment } : {}),
  });
  const autoscaling = createAutoscaling({ place, clock, services: ecs.capacity });
  const services = [ecs, ecr, ssm, secretsManager, logs, scheduler, events, sqs, elbv2, autoscaling];
  const sns = createSns({ place, clock, ...(onPublished ? { onPublished } : {}) });
  const dispatcher = createDispatcher([...services, sns, createSts({ place }), createDynamoDb({ place })], around);
  return {
    dispatcher,
    ecr,
    ecs,
    events,
    logs,
    sqs,
    async close() {
      ecr.close();
      scheduler.close();
      autoscaling.close();
      elbv2.close();
      events.close();
      await ecs.close();
    },
  };
}
