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
  /** Task definitions that somebody else's rules and schedules run, by their key in batuta.yml; no key is also a service's. */
  scheduledTasks: Readonly<Record<string, ScheduledTaskConfig>>;
  jobs: Readonly<Record<string, JobConfig>>;
  channels: Readonly<Record<string, ChannelConfig>>;
  routes: readonly RouteConfig[];
  /** Role ARNs of the deployed services, the only ones besides our own that PassRole covers. */
  passRoles: readonly string[];
}

/** Which image a target wants. */
export interface ImageConfig {
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com` where it is not our own registry; the cross-checks hold it to the allow-list `registries:`. */
  registry?: string;
  repository: string;
  /** Tags that are never deployed, whatever the policy admits. */
  exclude: readonly TagPattern[];
  tags: TagPolicy;
}

/** What services and scheduled tasks share. */
export interface TargetConfig {
  /** Key in batuta.yml. */
  name: string;
  image: ImageConfig;
  /** The container to change; absent: each one whose image is of this repository. */
  container?: string;
  hold: HoldConfig;
  /** `observe`: everything is decided, recorded and told, nothing is touched. */
  mode: 'live' | 'observe';
  /** Revisions of ours that stay ACTIVE, used ones not counted; at least 1. */
  keepRevisions: number;
}

export interface ServiceConfig extends TargetConfig {
  /** The ECS service's name; `service:` or the key. */
  service: string;
  cluster: string;
  /** Counts from UpdateService, bake time and pause hooks added. */
  timeoutMs: number;
  /** Go back to the last successful revision on failure. */
  rollback: boolean;
  /** Jobs that run, in this order, with the new image before the service is touched. */
  before: readonly string[];
  /** Jobs that run, in this order, once the service is stable; a failure rolls back. */
  after: readonly string[];
  /** What to do when somebody else put another image in place. */
  drift: 'tell' | 'restore';
  /** The service that gets the same digest, `afterMs` after the success of this one. */
  promote?: { to: string; afterMs: number; approval: boolean };
  /** Record the last log lines of tasks that died, redacted. */
  logTail: boolean;
}

/** A task definition that somebody else's EventBridge rule or Scheduler schedule runs. */
export interface ScheduledTaskConfig extends TargetConfig {
  runBy: { kind: 'rule'; bus: string; rule: string } | { kind: 'schedule'; group: string; schedule: string };
}

export type ScanSeverity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/** What a deployment waits for before it touches anything. */
export interface HoldConfig {
  /** Somebody has to approve within this time, else the deployment ends. */
  approval?: { expiresMs: number };
  /** Findings at or above refuse the image; after `tellAfterMs` without a result it is told, after `expiresMs` the deployment ends. */
  scan?: { severity: ScanSeverity; tellAfterMs: number; expiresMs: number };
  /** No rollout begins within these. */
  freeze: readonly FreezeWindow[];
}

/** Weekly, `from` included and `to` not; days as 0 = Sunday, minutes since midnight. `to` before `from` wraps over the week's end. */
export interface FreezeWindow {
  /** As written in batuta.yml. */
  text: string;
  from: { day: number; minute: number };
  to: { day: number; minute: number };
  timezone: string;
}

/** What one tag is matched with. */
export type TagPattern =
  | { kind: 'exact'; tag: string }
  | { kind: 'glob'; pattern: string }
  | { kind: 'regex'; pattern: string };

export type TagPolicy =
  | TagPattern
  | { kind: 'semver'; range: string }
  | { kind: 'newest' }
  /** Chooses nothing by itself: another service's `promote` brings the image. */
  | { kind: 'promoted' };

export interface JobConfig {
  name: string;
  /** `toolbox`, or `repository:tag` of the own registry, or a full image URI; or which of a repository's images each launch takes. */
  image: string | ImageConfig;
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
