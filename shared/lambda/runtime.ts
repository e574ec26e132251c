import type { AwsConnection } from '../aws/connection.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../core/time.ts';
import type { Network } from '../notify/channels/http-network.ts';

/** Structured log lines: a message and fields that hold no secret and no raw event. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Everything a handler gets from outside. In Lambda it is made from the process once; tests and simulation bring their own. */
export interface Runtime {
  /** @throws Error naming the variable where it is not set. */
  env(name: string): string;
  aws: AwsConnection;
  config: Config;
  log: Log;
  now(): Instant;
  /** A fresh random id, 32 hex digits. */
  newId(): string;
  sleep(ms: number): Promise<void>;
  /** HTTP to AWS's own addresses: CloudFormation's answer address, images' contents. */
  fetch: typeof fetch;
  /** HTTP to addresses that people configured: channels. Absent: Node's own. */
  network?: Network;
  /** How long this invocation may still take. */
  remainingMs(): number;
}
