import type { TaskArn } from '../core/ids.ts';
import type { Instant } from '../core/time.ts';

/** An ECS task as DescribeTasks and `ECS Task State Change` tell it, without overrides (they may hold values). */
export interface Task {
  arn: TaskArn;
  /** The last part of the ARN. */
  id: string;
  clusterArn: string;
  taskDefinitionArn: string;
  /** `service:NAME` or `family:NAME`; absent in some samples. */
  group?: string;
  startedBy?: string;
  lastStatus: string;
  desiredStatus: string;
  stopCode?: string;
  stoppedReason?: string;
  /** Grows with every change; orders events of one task. */
  version: number;
  containers: readonly TaskContainer[];
  createdAt?: Instant;
  startedAt?: Instant;
  stoppedAt?: Instant;
}

export interface TaskContainer {
  name: string;
  image?: string;
  imageDigest?: string;
  lastStatus?: string;
  /** Absent where the container never started. */
  exitCode?: number;
  reason?: string;
  healthStatus?: string;
}

/** Why a task stopped, in words for people; see FACTS "Why a task stopped" for the order of evidence. */
export interface StopCause {
  /** The retry class or kind: `exit`, `oom`, `image`, `secrets`, `spot`, `killed`, `health`, `scaling`, `user`, … */
  kind: string;
  /** What happened: `exit code 1 of container api`. */
  cause: string;
  /** What to do; empty where there is nothing to do. */
  hint: string;
  exitCode?: number;
}
