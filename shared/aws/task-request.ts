import type { NetworkConfig } from '../config/config.ts';

/** What RunTask is asked: stored before the call, so that a repetition is the same to the letter. */
export interface TaskRequest {
  cluster: string;
  taskDefinitionArn: string;
  /** At most 64 characters; ECS remembers it for 24 hours. */
  clientToken: string;
  startedBy: string;
  /** As ECS has them; at most 8192 characters of JSON. No secret can be here: overrides are shown in clear. */
  overrides: {
    containerOverrides: { name: string; command?: string[]; environment: { name: string; value: string }[] }[];
  };
  network: NetworkConfig;
}

/** What RunTask's answer means. */
export type TaskAnswer =
  | { kind: 'started'; taskArn: string }
  /**
   * ECS says that it started nothing. `proven`: by an error about the request; `failures[]` have been seen
   * though the task did start, so the request is repeated once before they are believed.
   */
  | { kind: 'refused'; reason: string; detail: string; retryable: boolean; proven: boolean }
  | { kind: 'throttled'; reason: string }
  /** No answer, a server's error: it may have started. */
  | { kind: 'unknown'; reason: string };

/** A job's task definition: one container, named `job`. */
export interface JobTaskDefinition {
  family: string;
  image: string;
  cpu: number;
  memoryMiB: number;
  taskRoleArn: string;
  executionRoleArn: string;
  environment: Readonly<Record<string, string>>;
  /** Variable → parameter or secret; read by ECS with the execution role. */
  secrets: Readonly<Record<string, string>>;
  stopTimeoutSeconds: number;
  log: { group: string; region: string; streamPrefix: string };
}
