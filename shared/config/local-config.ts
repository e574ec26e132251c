/** What exists on this machine besides the configuration: what shared/config/local.ts makes of batuta.local.yml. */
export interface LocalConfig {
  /** SSM parameters by name. */
  parameters: Readonly<Record<string, LocalParameter>>;
  /** Secrets Manager secrets: name → SecretString. */
  secrets: Readonly<Record<string, string>>;
  /** Images that are pushed at the start: `repository:tag` → absolute directory. */
  images: Readonly<Record<string, string>>;
  /** By the ECS service's name. */
  services: Readonly<Record<string, LocalServiceConfig>>;
}

export interface LocalParameter {
  value: string;
  type: 'String' | 'SecureString';
}

export interface LocalServiceConfig {
  /** `repository:tag`, one of `images`. */
  image: string;
  desiredCount: number;
  /** Absent: the cluster that batuta.yml names. */
  cluster?: string;
  /** The container's name; default: the service's. */
  container: string;
  /** The container port; absent: the image manifest's. */
  port?: number;
  cpu: number;
  memoryMiB: number;
  environment: Readonly<Record<string, string>>;
  healthCheck?: LocalHealthCheck;
  loadBalancer?: LocalLoadBalancer;
  minimumHealthyPercent: number;
  maximumPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
}

/** As in an ECS container definition, times in seconds; absent: the image manifest's. */
export interface LocalHealthCheck {
  /** `["CMD", …]` or `["CMD-SHELL", line]` */
  command: string[];
  interval?: number;
  timeout?: number;
  retries?: number;
  startPeriod?: number;
}

/** A target group of the service's container port, and how it is checked; times in seconds. */
export interface LocalLoadBalancer {
  /** Asked for by HTTP; absent: a TCP connection is enough. */
  healthPath?: string;
  /** As in HttpCode of Matcher: `200`, `200,202`, `200-299`; absent: 200. */
  codes?: string;
  interval: number;
  timeout?: number;
  /** Failures until the target is unhealthy. */
  retries?: number;
  /** How long ECS leaves an unhealthy task alone after its start. */
  gracePeriod: number;
}
