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

/** The ARN of another account's or region's bus. */
export function isOfOthers({ region, account }: Place, nameOrArn: string | undefined): nameOrArn is string {
  const [, theirRegion, theirAccount] = /^arn:[^:]+:events:([^:]+):(\d{12}):event-bus\//.exec(nameOrArn ?? '') ?? [];
  return theirAccount !== undefined && (theirRegion !== region || theirAccount !== account);
}

/** The bus's ARN, by whichever of both it is named. */
export const fullBusArn = (place: Place, nameOrArn: string | undefined): string =>
  isOfOthers(place, nameOrArn) ? nameOrArn : busArn(place, busNameOf(nameOrArn));

export function ruleArn({ region, account }: Place, bus: string, rule: string): string {
  return `arn:aws:events:${region}:${account}:rule/${bus === defaultBus ? '' : `${bus}/`}${rule}`;
}

/** ISO 8601 without milliseconds, as EventBridge writes `time`. */
export function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
