import type { Clock } from '../../clock.ts';
import type { Elbv2 } from '../elbv2/elbv2.ts';
import type { Engine, LocalImage, OutgoingEvent, Place } from '../service.ts';

export interface LogLine {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

/** How long the compressed steps of the local ECS take, in milliseconds. */
export interface Timing {
  /** Between two states of a task. */
  step: number;
  /**
   * How long a task without health checks must run before a rollout counts it as healthy: 40 s in
   * ECS (DeploymentConfiguration.minimumHealthyPercent in its API reference).
   */
  healthyAfter: number;
  /** Before a service replaces a task that died after it ran: AWS needs many seconds for a new one. */
  replace: number;
  /** The first wait after a task that never ran; doubles with each further one … */
  throttle: number;
  /** … up to this. */
  longestThrottle: number;
}

export const DEFAULT_TIMING: Timing = {
  step: 3,
  healthyAfter: 1000,
  replace: 500,
  throttle: 100,
  longestThrottle: 5000,
};

/** The load balancers as ECS knows them. */
export type LoadBalancing = Pick<Elbv2, 'targetGroup' | 'register' | 'deregister'>;

/** What the local ECS needs from its neighbours. */
export interface EcsPorts {
  place: Place;
  clock: Clock;
  emit(event: OutgoingEvent): void;
  images: {
    /** Throws an Error whose message is the `CannotPullContainerError: …`. */
    resolve(imageUri: string): LocalImage | Promise<LocalImage>;
  };
  secrets: {
    /** By the execution role. Throws an Error whose message is the reason, never a value. */
    resolve(valueFrom: string, executionRoleArn: string | undefined): Promise<string>;
  };
  logs: {
    /** Appends to a stream, making it first; no lines: only makes it. Throws where the group does not exist. */
    put(group: string, stream: string, lines: LogLine[]): void | Promise<void>;
    /** For `awslogs-create-group`; an existing group is fine. */
    createGroup?(group: string): void | Promise<void>;
  };
  engine: Engine;
  /** Without it, no service can have a load balancer. */
  loadBalancing?: LoadBalancing;
  /** Further variables of a container, such as the endpoint and the credentials of its task role. */
  taskEnvironment?(taskRoleArn: string | undefined): Record<string, string>;
  timing?: Partial<Timing>;
}
