import type { CapacityProviderConfig, NetworkConfig } from '../config/config.ts';

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
    /** MiB, of the whole task. */
    memory?: string;
  };
  network: NetworkConfig;
  /** Absent: Fargate on demand. */
  capacity?: readonly CapacityProviderConfig[];
}

const fargateProviders: ReadonlySet<string> = new Set(['FARGATE', 'FARGATE_SPOT']);
/** All other capacity providers are groups of EC2 instances; ECS mixes the two in no strategy. */
export const onFargate = (strategy: readonly CapacityProviderConfig[]): boolean =>
  strategy.every(({ provider }) => fargateProviders.has(provider));

/** What RunTask's answer means. */
export type TaskAnswer =
  | { kind: 'started'; taskArn: string }
  /**
   * ECS says that it started nothing. `proven`: by an error about the request; `failures[]` have been seen
   * though the task did start, so the request is repeated once before they are believed. `capacity`: for want of
   * it, or by a quota.
   */
  | { kind: 'refused'; reason: string; detail: string; retryable: boolean; proven: boolean; capacity?: true }
  | { kind: 'throttled'; reason: string }
  /** No answer, a server's error: it may have started. */
  | { kind: 'unknown'; reason: string };

/** A job's task definition: one container, named `job`. */
export interface JobTaskDefinition {
  family: string;
  image: string;
  cpu: number;
  memoryMiB: number;
  /** Ephemeral storage; absent: Fargate's 20. */
  storageGiB?: number;
  architecture: 'X86_64' | 'ARM64';
  /** What its capacity, the fallback included, consists of. */
  runsOn: readonly ('FARGATE' | 'EC2')[];
  taskRoleArn: string;
  executionRoleArn: string;
  environment: Readonly<Record<string, string>>;
  /** Variable → parameter or secret; read by ECS with the execution role. */
  secrets: Readonly<Record<string, string>>;
  stopTimeoutSeconds: number;
  log: { group: string; region: string; streamPrefix: string };
}
