import { AwsError, type Place } from '../service.ts';

export const defaultBus = 'default';

export function invalid(message: string): never {
  throw new AwsError('ValidationException', message);
}

/** A bus by name or ARN, as most inputs take it; the default bus where nothing is said. */
export function busNameOf(nameOrArn: string | undefined): string {
  return /^arn:[^:]+:events:[^:]*:\d*:event-bus\/(.+)$/.exec(nameOrArn ?? '')?.[1] ?? nameOrArn ?? defaultBus;
}

export function busArn({ region, account }: Place, bus: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${bus}`;
}

export function ruleArn({ region, account }: Place, bus: string, rule: string): string {
  return `arn:aws:events:${region}:${account}:rule/${bus === defaultBus ? '' : `${bus}/`}${rule}`;
}

/** ISO 8601 without milliseconds, as EventBridge writes `time`. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
