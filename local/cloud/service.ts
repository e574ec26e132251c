/** An error as AWS answers it: a code from the service's model, a message, an HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the modelled error shape, such as `resourceIds` of ConflictException. */
  readonly members: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** Who calls and which call it is. `accessKeyId` names the role locally: see local/cloud/iam. */
export interface Caller {
  accessKeyId: string;
  requestId: string;
  /** `http://` and the host that the caller sent the request to: SQS puts it into queue URLs. */
  endpoint?: string;
  /** The region that the request is signed for. */
  region?: string;
}

type CommandName<Model> = {
  [K in keyof Model]: K extends `${infer Name}Command` ? Name : never;
}[keyof Model] &
  string;

type InputOf<Command> = Command extends abstract new (...args: never[]) => { input: infer Input } ? Input : never;
/** Input as the dispatcher hands it on: required members are checked, so the SDK's `| undefined` on them is gone. */
type Checked<T> = T extends Date | Uint8Array | string | number | boolean | undefined
  ? T
  : T extends (infer Item)[]
    ? Checked<Item>[]
    : T extends object
      ? { [K in keyof T]: object extends Pick<T, K> ? Checked<T[K]> : Exclude<Checked<T[K]>, undefined> }
      : T;

type OutputOf<Command> = Command extends abstract new (
  ...args: never[]
) => { resolveMiddleware: (...args: never[]) => (args: never) => Promise<{ output: infer Output }> }
  ? Omit<Output & object, '$metadata'>
  : never;

/**
 * The operations a local service answers, typed by the SDK's own commands: wrong shapes and
 * unknown operation names do not compile. Inputs arrive checked (required members, types, enums,
 * limits) with Dates and bytes as the SDK's users know them.
 */
export type Operations<Model> = {
  [Name in CommandName<Model>]?: (
    input: Checked<InputOf<Model[`${Name}Command` & keyof Model]>>,
    caller: Caller,
  ) => OutputOf<Model[`${Name}Command` & keyof Model]> | Promise<OutputOf<Model[`${Name}Command` & keyof Model]>>;
};

/** One statement of what a call needs: an IAM action on a resource, with condition keys. */
export interface Access {
  /** As IAM writes it: `ecs:RunTask`. */
  action: string;
  /** The resource's ARN, or `*` where the action supports none. */
  resource: string;
  /** Condition keys of this request, lower-cased: `ecs:cluster`, `iam:passedtoservice`. */
  context?: Readonly<Record<string, string>>;
}

export interface Service {
  /** Short name as in ARNs and IAM actions: `ecs`, `ecr`, `ssm`, `scheduler`, `events`, `logs`, `sqs` … */
  name: string;
  /** The SDK client module (`import * as model from '@aws-sdk/client-ecs'`), whose schemas the dispatcher walks. */
  model: object;
  protocol: 'json' | 'rest-json' | 'query';
  /** For `json`: the prefix of X-Amz-Target, without the dot. */
  target?: string;
  /** For `query`: the API version of the XML namespace, such as 2011-06-15. */
  version?: string;
  /** The error code this service answers to input that its model refuses. */
  invalidInput: string;
  operations: Readonly<Record<string, (input: never, caller: Caller) => unknown>>;
  /**
   * What a call needs from IAM. Default: `<name>:<Operation>` on `*`.
   * Several entries (RunTask and its PassRole) must all be allowed.
   */
  access?: (operation: string, input: Readonly<Record<string, unknown>>, caller?: Caller) => Access[];
  /** Names of structures that keep members which this SDK does not know yet, in and out, as AWS's newer ones do. */
  open?: ReadonlySet<string>;
}

/** An event on a bus, before EventBridge adds id, account, region and version. */
export interface OutgoingEvent {
  source: string;
  'detail-type': string;
  resources: string[];
  detail: unknown;
  /** Milliseconds since the epoch; default now. */
  timeMs?: number;
  /** Where it happened; default the local account and region. Others' events come only by a forwarding rule. */
  from?: Home;
}

/** An account in a region, such as a registry's. */
export interface Home {
  account: string;
  region: string;
}

/** Account, region and identifiers shared by every local service. */
export interface Place extends Home {
  /** 32 lower-case hex digits. */
  newHexId(): string;
  /** A UUID. */
  newUuid(): string;
}

/** Calls a Lambda function by ARN or name, asynchronously as EventBridge, Scheduler and Logs do: accepted, not awaited. */
export type InvokeAsync = (functionArn: string, payload: unknown) => void;

/** A container image as ECR and the engine both see it: a directory under its content's digest. */
export interface LocalImage {
  /** `sha256:` and 64 hex digits over manifest and content. */
  digest: string;
  /** Absolute path of the unpacked image directory. */
  directory: string;
  manifest: ImageManifest;
  /** Of its files; absent for images that only exist by name. */
  sizeBytes?: number;
}

/** `image.json` of a local image directory. Names as in an ECS container definition. */
export interface ImageManifest {
  entryPoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  /** The container port; the process finds the port to listen on in PORT. */
  port?: number;
  /** As in ECS: `command: ["CMD", …]`, times in seconds. */
  healthCheck?: { command: string[]; interval?: number; timeout?: number; retries?: number; startPeriod?: number };
  /** Default linux/amd64; more than one are pushed as an image index, as buildx does. */
  platforms?: string[];
  /** Adds buildx's attestation manifest of platform unknown/unknown, which makes any image an index. */
  provenance?: boolean;
  /** What a scan of it finds. */
  scan?: ImageScan;
  /** Relative to the image directory. */
  workingDirectory?: string;
}

export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL' | 'UNDEFINED';

/** How the scan of an image ends: `scan` of image.json. */
export interface ImageScan {
  /** How many vulnerabilities of each severity; default none. */
  findings?: Partial<Record<Severity, number>>;
  /** Where the scan does not succeed. */
  status?: 'FAILED' | 'UNSUPPORTED_IMAGE' | 'FINDINGS_UNAVAILABLE' | 'LIMIT_EXCEEDED' | 'SCAN_ELIGIBILITY_EXPIRED';
  /** From its start to its end; default 2. */
  delaySeconds?: number;
  /** It begins and does not end. */
  never?: boolean;
  /** What differs for one of the platforms. */
  platforms?: Record<string, Omit<ImageScan, 'platforms'>>;
}

/** What the engine starts for one container of a task. */
export interface ContainerSpec {
  name: string;
  image: LocalImage;
  entryPoint: string[] | undefined;
  command: string[] | undefined;
  environment: Record<string, string>;
  workingDirectory: string | undefined;
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeoutSeconds: number;
  healthCheck: ImageManifest['healthCheck'] | undefined;
  /** Its hard limit; undefined: none. */
  memoryMiB: number | undefined;
  /** The port to listen on, already set as PORT in `environment`. */
  hostPort: number | undefined;
}

/** The agent's reason for a container that the kernel killed for its memory. */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

export interface ContainerExit {
  /** 128 + signal number when a signal ended it, as a container runtime reports it. */
  exitCode: number;
  /** As ECS puts it in a container's `reason`; only where there is one, e.g. `CannotStartContainerError: …`. */
  reason?: string;
}

export interface RunningContainer {
  /** Unlike a pid, known also where the engine is no process. */
  runtimeId: string;
  /** SIGTERM to the process group, SIGKILL after stopTimeout. Safe to repeat. */
  stop(): void;
  /** SIGKILL at once; `reason` becomes the exit's, as for `OutOfMemoryError: …`. */
  kill(reason: string): void;
  exited: Promise<ContainerExit>;
}

/** One look at a port of this machine, as a load balancer's health check takes it. */
export interface ProbeRequest {
  port: number;
  /** Asked for by GET; undefined: a TCP connection is enough. */
  path: string | undefined;
  timeoutMs: number;
}

export type ProbeResult =
  | { kind: 'answered'; status: number }
  | { kind: 'connected' }
  /** No connection, or no HTTP in it. */
  | { kind: 'refused' }
  | { kind: 'timeout' };

/** Really executes containers. */
export interface Engine {
  /** Rejects with a message for the container's `reason` when it cannot start. */
  start(
    spec: ContainerSpec,
    on: {
      /** One line without its newline, in order, as it is printed. */
      line: (line: string, stream: 'stdout' | 'stderr') => void;
      health: (status: 'HEALTHY' | 'UNHEALTHY') => void;
    },
  ): Promise<RunningContainer>;
  freePort(): Promise<number>;
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** Before a container's image is taken; an Error's message is the `CannotPullContainerError: …`. For tests. */
  pull?(image: LocalImage): void;
  /** Kills everything it started, at once. */
  close(): Promise<void>;
}
