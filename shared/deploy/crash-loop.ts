import { type Instant, plus } from '../core/time.ts';
import type { CrashedTask, Deployment } from './deployment.ts';

const windowMs = 10 * 60_000;
const fewestCrashes = 3;
const share = 0.1;

type Crashes = Pick<Deployment, 'crashes' | 'otherCrashes'>;

export interface CrashLoop {
  /** How many different tasks died within the window. */
  count: number;
  /** Those of them whose causes are known, in the order of their deaths. */
  tasks: readonly CrashedTask[];
}

const deaths = ({ crashes, otherCrashes = {} }: Crashes): Instant[] =>
  [...Object.values(crashes).map(({ stoppedAt }) => stoppedAt), ...Object.values(otherCrashes)].sort((a, b) => a - b);

/** So many different tasks dying within ten minutes are a crash loop. */
export const crashLimit = (desiredCount: number): number => Math.max(fewestCrashes, Math.ceil(share * desiredCount));

/** The first window that holds enough deaths, with all that it holds; undefined where there is none. */
export function crashLoop(given: Crashes, desiredCount: number): CrashLoop | undefined {
  const limit = crashLimit(desiredCount);
  const inOrder = deaths(given);
  const first = inOrder.find((from, index) => {
    const last = inOrder[index + limit - 1];
    return last !== undefined && last - from <= windowMs;
  });
  if (first === undefined) return undefined;
  const within = (at: Instant) => at >= first && at <= plus(first, windowMs);
  return {
    count: inOrder.filter(within).length,
    tasks: Object.values(given.crashes)
      .filter(({ stoppedAt }) => within(stoppedAt))
      .sort((a, b) => a.stoppedAt - b.stoppedAt),
  };
}

/** Whether it can be a crash loop, for who does not know how many tasks are desired. */
export const mayBeCrashLoop = (given: Crashes): boolean => crashLoop(given, 0) !== undefined;

/** A record must stay small (DynamoDB: 400 kB): so many crashes are kept with their causes… */
const mostTold = 20;
/** …and so many more as a name and a time: a tenth of the 5 000 tasks that a service may have (quotas). */
const mostCounted = 600;

/** With one crash more. The oldest make place: only those of the last window can still be part of a loop. */
export function withCrash(given: Crashes, taskId: string, crash: CrashedTask): Crashes {
  const told = Object.entries({ ...given.crashes, [taskId]: crash }).sort(([, a], [, b]) => a.stoppedAt - b.stoppedAt);
  const counted = [
    ...Object.entries(given.otherCrashes ?? {}),
    ...told.slice(0, -mostTold).map(([id, { stoppedAt }]): [string, Instant] => [id, stoppedAt]),
  ].sort(([, a], [, b]) => a - b);
  const newest = Math.max(crash.stoppedAt, ...told.map(([, { stoppedAt }]) => stoppedAt));
  const recent = counted.filter(([, at]) => newest - at <= windowMs).slice(-mostCounted);
  return {
    crashes: Object.fromEntries(told.slice(-mostTold)),
    ...(recent.length > 0 || given.otherCrashes ? { otherCrashes: Object.fromEntries(recent) } : {}),
  };
}
