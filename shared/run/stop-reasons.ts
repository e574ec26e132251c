export interface ReasonRow {
  pattern: RegExp;
  kind: string;
  hint: string;
}

/**
 * Texts of a container's `reason` and of a task's `stoppedReason`, most specific first.
 * Source: AWS "Amazon ECS stopped tasks error messages" and public issues.
 */
export const reasonRows: readonly ReasonRow[] = [
  {
    pattern: /CannotPull\w*Error.*(toomanyrequests|rate limit)/is,
    kind: 'rate-limit',
    hint: "the registry's rate limit: use an ECR pull-through cache",
  },
  {
    pattern: /CannotPull\w*Error.*no space left/is,
    kind: 'disk',
    hint: 'the image does not fit: raise the ephemeral storage',
  },
  {
    pattern: /CannotPull\w*Error.*(not found|manifest|no such image|does not exist)/is,
    kind: 'image',
    hint: "the image or its platform does not exist: check the repository, the tag and the image's architecture",
  },
  {
    pattern: /CannotPull\w*Error.*(timeout|timed out|context cancell?ed|deadline exceeded)/is,
    kind: 'network',
    hint: 'no route to the registry: give the task a public IP, a NAT gateway or VPC endpoints for ECR and S3',
  },
  {
    pattern: /CannotPull\w*Error/i,
    kind: 'image',
    hint: 'the image could not be pulled: check its name and that the execution role may pull it',
  },
  {
    // What comes first says what failed: names of secrets and log groups that follow hold any word.
    pattern:
      /ResourceInitializationError((?!secret|registry auth|ssm|asm|parameter).)*(logger|log driver|log group|awslogs)/is,
    kind: 'logger',
    hint: 'create the log group, or give the task a route to CloudWatch Logs (a logs endpoint)',
  },
  {
    pattern: /ResourceInitializationError.*(secret|registry auth|ssm|asm|parameter)/is,
    kind: 'secrets',
    hint: 'the execution role must be allowed to read {arn}, it must exist, and the task needs a route to it',
  },
  {
    pattern: /ResourceInitializationError/i,
    kind: 'start',
    hint: 'ECS could not prepare the task: read the message, check roles and network',
  },
  {
    pattern: /OutOfMemory/i,
    kind: 'oom',
    hint: 'out of memory: raise memory',
  },
  {
    pattern: /(ContainerRuntimeTimeoutError|DockerTimeoutError)/i,
    kind: 'runtime',
    hint: 'the container runtime was stuck: this passes, try again',
  },
  {
    pattern: /(CannotStart|CannotCreate|CannotInspect)\w*Error/i,
    kind: 'start',
    hint: 'the runtime refused the container: check the entry point, memory and storage',
  },
  {
    pattern: /^Task failed (ELB|load balancer) health checks/i,
    kind: 'health',
    hint: "the load balancer's health check failed: check its path, its port and the service's grace period",
  },
  {
    pattern: /^Task failed container health checks/i,
    kind: 'health',
    hint: "the container's HEALTHCHECK failed: check its command and startPeriod",
  },
  {
    pattern: /capacity is unavailable|insufficient capacity|^RESOURCE:/i,
    kind: 'capacity',
    hint: 'AWS has no capacity there just now: it passes, or use more subnets or another capacity provider',
  },
  {
    pattern: /^Host EC2 .*(terminated|stopped)/i,
    kind: 'maintenance',
    hint: 'its EC2 instance is gone: repeat it',
  },
  { pattern: /^Scaling activity initiated by/i, kind: 'scaling', hint: '' },
  {
    pattern: /^(Amazon )?ECS is performing maintenance/i,
    kind: 'maintenance',
    hint: 'AWS retired the machine beneath: a service replaces the task, a run has to be repeated',
  },
  {
    pattern: /spot (task|instance|interruption).*interrupt|spot interruption/is,
    kind: 'spot',
    hint: 'Spot capacity was taken back: repeat it, or use FARGATE',
  },
];

/** `stopCode` is an open set and may be absent: the last evidence. */
export const stopCodeRows: readonly ReasonRow[] = [
  {
    pattern: /^(SpotInterruption|TerminationNotice)$/,
    kind: 'spot',
    hint: 'Spot capacity was taken back: repeat it, or use FARGATE',
  },
  { pattern: /^TaskFailedToStart$/, kind: 'start', hint: 'the task never started: check image, roles and network' },
  { pattern: /^UserInitiated$/, kind: 'user', hint: '' },
  { pattern: /^ServiceSchedulerInitiated$/, kind: 'scaling', hint: '' },
  { pattern: /^InfrastructureHealth$/, kind: 'maintenance', hint: 'the machine beneath failed: repeat it' },
  { pattern: /^EssentialContainerExited$/, kind: 'exit', hint: "read the task's log: no exit code was reported" },
];
