import { type Instant, plus } from '../../core/time.ts';
import type { Alert, AlertCause } from './alert.ts';
import { hourMs } from './trouble-times.ts';

/** The causes that are not over. */
export const openCauses = ({ causes }: Alert): AlertCause[] =>
  Object.values(causes).filter(({ overAt }) => overAt === undefined);

export const countOf = (causes: readonly AlertCause[]) => causes.reduce((sum, { count }) => sum + count, 0);
/** How many occurrences are yet to be told. */
export const untold = (causes: readonly AlertCause[]) => causes.reduce((sum, { count, told }) => sum + count - told, 0);
export const isTold = ({ causes }: Alert) => Object.values(causes).some(({ told }) => told > 0);

/** From when on trouble of the subject may be told again. */
export const freeAt = ({ toldAt }: Alert): number => (toldAt.length < 2 ? 0 : plus(toldAt[0] as Instant, hourMs));
export const tellNow = ({ toldAt }: Alert, now: Instant) => ({ toldAt: [...toldAt, now].slice(-2) });

/** When the channel was told of this episode last; else it waits since the beginning. */
export const lastHeard = ({ heardAt, openedAt }: Alert, channel: string): Instant => heardAt?.[channel] ?? openedAt;

export const without = <Key extends string, Value extends object>(value: Value, ...keys: Key[]): Omit<Value, Key> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as Key))) as Omit<Value, Key>;

export const mapValues = <From, To>(values: Readonly<Record<string, From>>, change: (value: From, key: string) => To) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
