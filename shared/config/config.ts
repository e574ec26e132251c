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
  /** Role ARNs that jobs may name as their task role. */
  taskRoles: readonly string[];
  /** How many runs go on at once. */
  limits: { maxParallel?: number; groups: Readonly<Record<string, { maxParallel: number }>> };
  prices: PriceConfig;
}

/** What Fargate costs per hour; of Spot only the bounds of its share are known. Storage counts above 20 GiB. */
export interface PriceConfig {
  currency: string;
  x86: { vcpuHour: number; gbHour: number };
  arm: { vcpuHour: number; gbHour: number };
  storageGbHour: number;
  /** What Spot costs, as shares of the price on demand. */
  spot: { from: number; to: number };
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
  /** Fewer running tasks than desired are told when it has been so for so long. */
  alertAfterMs: number;
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
  /** Ephemeral storage, 21 to 200; absent: Fargate's 20. */
  storageGiB?: number;
  architecture: 'x86_64' | 'arm64';
  /** Absent: Fargate on demand. */
  capacity?: CapacityConfig;
  /** One of `taskRoles`; absent: the stack's, which may do nothing. */
  taskRoleArn?: string;
  schedules: readonly ScheduleConfig[];
  /** Of the whole run, from its first launch, waits between attempts included. */
  timeoutMs: number;
  /** Of each attempt, from its launch. */
  attemptTimeoutMs?: number;
  /** From when it was to start until its first launch. */
  queueTimeoutMs?: number;
  stopTimeoutSeconds: number;
  /** What becomes of a run while as many as `maxParallel` of the job are under way. */
  overlap: 'allow' | 'skip' | 'queue' | 'replace';
  /** Runs of this job at once; with `allow` it is absent, else at least 1. */
  maxParallel?: number;
  /** So many wait at most; more are skipped. */
  queueLimit: number;
  /** One of `limits.groups`. */
  group?: string;
  /** Who waits with a higher one goes first; -100 to 100. */
  priority: number;
  retry?: RetryConfig;
  /** A dead man's switch: told when no run has succeeded for so long. */
  expectMs?: number;
  /** Jobs that start after a success, and after a failure. */
  then: readonly NextJobConfig[];
  onFailure: readonly NextJobConfig[];
  cluster: string;
  network?: NetworkConfig;
}

/** Capacity providers by weight; `fallback` is used for the rest of a run once the first had no capacity or took it back. */
export interface CapacityConfig {
  strategy: readonly CapacityProviderConfig[];
  fallback?: readonly CapacityProviderConfig[];
}
export interface CapacityProviderConfig {
  /** FARGATE, FARGATE_SPOT or the name of one of the cluster's own, whose instances are EC2's. */
  provider: string;
  weight: number;
  base: number;
}

/** Why an attempt failed, as `retry.on` names it; `exit:` with a code or a range, `exit:1-9`. */
export type FailureClass = 'start' | 'capacity' | 'spot' | 'oom' | 'timeout' | 'any' | `exit:${string}`;

export interface RetryConfig {
  /** In all, the first included; at least 2. */
  attempts: number;
  on: readonly FailureClass[];
  /** Before the second attempt; doubled each time up to `maxBackoffMs`, then cut by up to half. */
  backoffMs: number;
  maxBackoffMs: number;
  /** After each out-of-memory end: times `factor`, up to a size that Fargate has, at most `maxMiB`. */
  memory?: { factor: number; maxMiB: number };
}

/** A job that another one starts; texts of `params` may hold `{{steps.JOB.outputs.NAME}}`. */
export interface NextJobConfig {
  job: string;
  params: Readonly<Record<string, ParamValue>>;
}

export interface NetworkConfig {
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
}

export type ParamScalar = string | number | boolean;
/** A date is `YYYY-MM-DD`, a duration as written (`15m`). */
export type ParamValue = ParamScalar | readonly ParamScalar[];
export interface ParamConfig {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'list' | 'date' | 'duration';
  /** Of a list: the type of its items. */
  items?: 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'duration';
  /** Of a list: what each item may be. */
  enum?: readonly ParamScalar[];
  /** A regular expression that the whole text, or each of a list, must match. */
  pattern?: string;
  /** Bounds of numbers, dates and durations; the length of strings and lists. */
  min?: ParamScalar;
  max?: ParamScalar;
  default?: ParamValue;
  /** True where there is no default and the YAML does not say `required: false`. */
  required: boolean;
  /** Its value is the name of an SSM parameter or the ARN of a secret, never the secret itself. */
  secret?: boolean;
  description?: string;
}

export interface ScheduleConfig {
  /** `schedule` for the one of `schedule:`, else its key in `schedules:`. */
  name: string;
  /** As EventBridge Scheduler takes it: `cron(…)`, `rate(…)` or `at(…)`. */
  expression: string;
  timezone: string;
  /** ISO 8601 with zone. */
  start?: string;
  end?: string;
  /** Flexible time window. */
  windowMinutes?: number;
  params: Readonly<Record<string, ParamValue>>;
  /** A firing that made no run for so long is missed. */
  graceMs: number;
  catchUp: 'last' | 'all' | 'none';
}

/** `url` and `secret`: a literal or `ssm:/name`, resolved at send time. */
/** Addresses and credentials are `ssm:/name` of a parameter, read when something is sent; addresses also in clear. */
export type ChannelConfig =
  | {
      name: string;
      type: 'webhook';
      url: string;
      /** Standard Webhooks signing secrets, the newest first: each signs, so that receivers can change over. */
      secrets: readonly string[];
      /** Ranges of private networks where it may be, `10.20.0.0/16`. */
      allow?: readonly string[];
    }
  | { name: string; type: 'slack'; token: string; channel: string }
  | { name: string; type: 'slack-webhook'; url: string }
  | { name: string; type: 'teams'; url: string }
  | { name: string; type: 'discord'; url: string }
  | { name: string; type: 'pagerduty'; routingKey: string; region: 'us' | 'eu' }
  | { name: string; type: 'sns'; topic: string }
  | { name: string; type: 'eventbridge'; bus: string };
export type ChannelType = ChannelConfig['type'];
export type ChannelConfigOf<Type extends ChannelType> = Extract<ChannelConfig, { type: Type }>;

export type Severity = 'info' | 'warning' | 'error';
/** What a route's `kind` names: what the news is about. */
export type NewsFamily = 'deployment' | 'run' | 'service' | 'environment' | 'batuta' | 'digest';

export interface RouteConfig {
  /** All given conditions must hold; globs with `*` for names. Empty: always. */
  when: {
    severity?: readonly Severity[];
    kind?: readonly NewsFamily[];
    job?: string;
    service?: string;
    environment?: string;
    /** The image's tag. */
    tag?: string;
  };
  to: readonly string[];
  only: 'failures' | 'changes' | 'all';
  /** Later routes are looked at too. */
  continue: boolean;
  /** No news then, except that what is open is told when the window ends. */
  mute: readonly MuteWindow[];
  /** Whom to call for news of severity error, in the channel's own terms: `<!here>`, `<@U1>`, an e-mail address. */
  mentions: readonly string[];
  /** How long until a trouble that is still open is told again. */
  repeatMs: number;
  digest?: DigestConfig;
}

export interface MuteWindow {
  /** Of the day it begins on; empty: every day. */
  days: readonly Weekday[];
  /** `22:00`, `06:00`: local time; an end before its start is on the next day. */
  from: string;
  to: string;
  timezone: string;
}
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface DigestConfig {
  every: 'day' | 'week';
  /** The day of a weekly one. */
  day: Weekday;
  /** `08:00`, local time. */
  at: string;
  timezone: string;
}
