import type {
  Cluster,
  LoadBalancer,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { LocalImage, RunningContainer } from '../service.ts';
import { type LaunchTrouble, noTrouble, type StartTrouble } from './launch-trouble.ts';
import type { Stage } from './traffic-shift.ts';

type Known<Shape, Keys extends keyof Shape> = Shape & { [Key in Keys]-?: NonNullable<Shape[Key]> };

export type KnownTask = Known<
  Task,
  | 'taskArn'
  | 'clusterArn'
  | 'taskDefinitionArn'
  | 'containers'
  | 'lastStatus'
  | 'desiredStatus'
  | 'version'
  | 'createdAt'
  | 'group'
>;
export type KnownDefinition = Known<
  TaskDefinition,
  'taskDefinitionArn' | 'family' | 'revision' | 'containerDefinitions' | 'status'
>;

/** A task as ECS describes it, and what only its execution knows. */
export interface TaskRecord {
  id: string;
  cluster: string;
  task: KnownTask;
  definition: KnownDefinition;
  service: { name: string; deploymentId: string; loadBalancers: readonly LoadBalancer[] } | undefined;
  /** By URI: what tags meant when they were first resolved, for all tasks of a deployment (version consistency). */
  images: Map<string, LocalImage>;
  /** Resolves when something asked the task to stop. */
  stopAsked: { promise: Promise<void>; resolve: () => void };
  running: RunningEntry[];
  reachedRunning: boolean;
  /** One per load balancer of its service, once its containers run. */
  targets: TaskTarget[];
  /** What keeps it from RUNNING, on request of a test. */
  trouble: StartTrouble | undefined;
  /** Milliseconds since the epoch; DescribeTasks and ListTasks do not know it before. */
  knownFromMs: number;
}

/** A container that was started. */
export interface RunningEntry {
  name: string;
  /** Its present process; a restart policy replaces it. */
  container: RunningContainer;
  /** Exited for good, its last line in the logs, its exit noted on the task. */
  finished: Promise<void>;
}

/** A task in a target group, with what the group's health check last found; its draining changes nothing here. */
export interface TaskTarget {
  targetGroupArn: string;
  id: string;
  port: number;
  state: 'initial' | 'healthy' | 'unhealthy';
  /** Why it is unhealthy: `Health checks failed with these codes: [500]`. */
  description: string | undefined;
}

/** A deployment of a service, with its service deployment and service revision. */
export interface DeploymentRecord {
  /** `ecs-svc/` and the service revision's 19 digits. */
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  definition: KnownDefinition;
  images: Map<string, LocalImage>;
  createdAt: Date;
  updatedAt: Date;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Tasks that failed in a row, as the circuit breaker counts. */
  failedTasks: number;
  /** Tasks in a row that never reached RUNNING, for the scheduler's throttling. */
  failedStarts: number;
  /** No task of it is started before this. */
  startNotBefore: number;
  /** The deployment that has the traffic until this one takes it. */
  replaces: DeploymentRecord | undefined;
  /** Its share of the production traffic, in percent. */
  weight: number;
  /** Where a blue/green, linear or canary deployment is; a rolling one has none. */
  shift: { stage: Stage; sinceMs: number } | undefined;
  revision: ServiceRevision & { serviceRevisionArn: string };
  serviceDeployment: ServiceDeployment & { serviceDeploymentArn: string };
}

/** Given to a service, and shown by DescribeServices of its deployments only. */
interface ShownOfDeployments {
  serviceConnectConfiguration?: unknown;
  volumeConfigurations?: unknown;
  vpcLatticeConfigurations?: unknown;
}

export interface ServiceRecord {
  cluster: string;
  name: string;
  arn: string;
  service: Known<Service, 'serviceArn' | 'serviceName' | 'status' | 'desiredCount'> & ShownOfDeployments;
  /** PRIMARY first. */
  deployments: DeploymentRecord[];
  /** Every service deployment and revision it ever had, newest first. */
  history: { serviceDeployment: DeploymentRecord['serviceDeployment']; revision: DeploymentRecord['revision'] }[];
  /** The newest deployment that completed: where a rollback goes. */
  lastCompleted: DeploymentRecord | undefined;
  steady: boolean;
}

export interface EcsState {
  clusters: Map<string, Known<Cluster, 'clusterArn' | 'clusterName' | 'status'>>;
  /** By family; a revision is at its number minus one. */
  families: Map<string, KnownDefinition[]>;
  /** By ARN. */
  tasks: Map<string, TaskRecord>;
  /** Those of `tasks` that are STOPPED, in the order in which they stopped. */
  stopped: Set<TaskRecord>;
  services: Map<string, ServiceRecord>;
  /** Capacity that there is none of, by capacity provider or launch type: why tasks cannot be placed. */
  withheld: Map<string, string>;
  /** What goes wrong with the next launches, on request of tests. */
  trouble: LaunchTrouble;
  tags: Map<string, Tag[]>;
}

export function emptyState(): EcsState {
  return {
    clusters: new Map(),
    families: new Map(),
    tasks: new Map(),
    stopped: new Set(),
    services: new Map(),
    withheld: new Map(),
    trouble: noTrouble(),
    tags: new Map(),
  };
}
