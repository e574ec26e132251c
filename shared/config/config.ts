/**
 * The validated configuration, defaults filled in and names resolved: what shared/config/load.ts
 * makes of batuta.yml and what the build puts into the functions as JSON. No zod and no yaml here,
 * so that functions can import it.
 */
export interface Config {
  schemaVersion: 1;
  /** SHA-256, hex, of the canonical JSON of the rest: changes exactly when the meaning changes. */
  hash: string;
  /** Services by their key in batuta.yml. */
  services: Readonly<Record<string, ServiceConfig>>;
  jobs: Readonly<Record<string, JobConfig>>;
  channels: Readonly<Record<string, ChannelConfig>>;
  routes: readonly RouteConfig[];
  /** Role ARNs of the deployed services, the only ones besides our own that PassRole covers. */
  passRoles: readonly string[];
}

export interface ServiceConfig {
  /** Key in batuta.yml. */
  name: string;
  /** The ECS service's name; `service:` or the key. */
  service: string;
  cluster: string;
  image: { repository: string; tags: TagPolicy };
  /** The container to change; absent: each one whose image is of this repository. */
  container?: string;
  /** Counts from UpdateService. */
  timeoutMs: number;
  /** Go back to the last successful revision on failure. */
  rollback: boolean;
}

export type TagPolicy =
  | { kind: 'exact'; tag: string }
  | { kind: 'glob'; pattern: string }
  | { kind: 'regex'; pattern: string }
  | { kind: 'semver'; range: string }
  | { kind: 'newest' };

export interface JobConfig {
  name: string;
  /** `toolbox`, or `repository:tag` of the own registry, or a full image URI. */
  image: string;
  /** The container's command before `args`: `['run', SCRIPT]` for the toolbox's scripts, else `command:`. */
  command: readonly string[];
  /** Templates: `{{name}}` is replaced inside one argument, never split. */
  args: readonly string[];
  params: Readonly<Record<string, ParamConfig>>;
  /** Environment variable → SSM parameter name or ARN, or Secrets Manager ARN. */
  secrets: Readonly<Record<string, string>>;
  /** CPU units, 1024 = 1 vCPU. */
  cpu: number;
  memoryMiB: number;
  schedule?: ScheduleConfig;
  /** Of the whole run, from its first launch. */
  timeoutMs: number;
  stopTimeoutSeconds: number;
  cluster: string;
  network?: NetworkConfig;
}

export interface NetworkConfig {
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
}

export type ParamValue = string | number | boolean;
export interface ParamConfig {
  type: 'string' | 'number' | 'integer' | 'boolean';
  enum?: readonly ParamValue[];
  default?: ParamValue;
  /** True where there is no default and the YAML does not say `required: false`. */
  required: boolean;
  description?: string;
}

interface ScheduleConfig {
  /** As EventBridge Scheduler takes it: `cron(…)`, `rate(…)` or `at(…)`. */
  expression: string;
  timezone: string;
}

/** `url` and `secret`: a literal or `ssm:/name`, resolved at send time. */
interface WebhookChannelConfig {
  name: string;
  type: 'webhook';
  url: string;
  /** Signing secret by the Standard Webhooks convention, always by name: `ssm:/name`. */
  secret?: string;
}
export type ChannelConfig = WebhookChannelConfig;

export type Severity = 'info' | 'warning' | 'error';
export interface RouteConfig {
  /** All given conditions must hold; globs with `*` for names. Empty: always. */
  when: { severity?: Severity; kind?: 'run' | 'deployment'; job?: string; service?: string };
  to: readonly string[];
}
