import { type Instant, plus } from '../core/time.ts';
import { type Death, isToAsk, lookEveryMs, type ServiceWatch } from './service-watch.ts';

const windowMs = 10 * 60_000;
const fewestCrashes = 3;
const fewestUnhealthy = 2;
const mostDeaths = 20;

/** How long it must be quiet until a service that lost tasks is well. */
export const quietMs = windowMs;

const isHealth = ({ cause }: Death) => cause.kind === 'health';

/** The first ten minutes that hold so many deaths, with all that they hold. */
function windowOf(deaths: readonly Death[], fewest: number): readonly Death[] | undefined {
  const first = deaths.findIndex(({ at }, index) => {
    const last = deaths[index + fewest - 1];
    return last !== undefined && last.at - at <= windowMs;
  });
  const from = deaths[first];
  return from && deaths.slice(first).filter(({ at }) => at <= plus(from.at, windowMs));
}

/** What the deaths amount to that belong to no open trouble: failed health checks alone are no crash loop. */
function found(
  watch: ServiceWatch,
  deaths: readonly Death[],
): { key: DeathTrouble; deaths: readonly Death[] } | undefined {
  const { open } = watch;
  if (open['crash-loop']) return undefined;
  const crashes = windowOf(open.unhealthy ? deaths.filter((death) => !isHealth(death)) : deaths, fewestCrashes);
  if (crashes && !crashes.every(isHealth)) return { key: 'crash-loop', deaths: crashes };
  const sick = open.unhealthy ? undefined : windowOf(deaths.filter(isHealth), fewestUnhealthy);
  return sick && { key: 'unhealthy', deaths: sick };
}

export type DeathTrouble = 'crash-loop' | 'unhealthy';

/** The open trouble that counts the death by itself: the watch need not remember it. */
function countedBy({ open }: ServiceWatch, death: Death): DeathTrouble | undefined {
  if (isHealth(death) && open.unhealthy) return 'unhealthy';
  return open['crash-loop'] ? 'crash-loop' : undefined;
}

/** The watch that notes that it is asked about this one of the later deaths; undefined where that is too soon. */
function askAbout(watch: ServiceWatch, key: DeathTrouble, { id, at }: Death, now: Instant): ServiceWatch | undefined {
  const open = watch.open[key];
  if (!open || at < open.since || !isToAsk(open, now)) return undefined;
  return { ...watch, open: { ...watch.open, [key]: { ...open, asked: { id, at: now } } } };
}

/** The watch with one more death; undefined where it tells nothing new. Order and repeats do no harm. */
export function noteDeath(watch: ServiceWatch, death: Death, now: Instant): ServiceWatch | undefined {
  const { deaths, endedAt = 0, open } = watch;
  if (death.at <= endedAt || deaths.some(({ id }) => id === death.id)) return undefined;
  const counts = countedBy(watch, death);
  if (counts) return askAbout(watch, counts, death, now);
  const kept = [...deaths, death].sort((a, b) => a.at - b.at).slice(-mostDeaths);
  const trouble = found(watch, kept);
  if (!trouble) return { ...watch, deaths: kept };
  const ids = trouble.deaths.map(({ id }) => id);
  const since = trouble.deaths[0]?.at ?? death.at;
  return {
    ...watch,
    deaths: kept,
    open: { ...open, [trouble.key]: { foundAt: now, since, ids } },
    lookAt: plus(now, lookEveryMs),
  };
}

export type DeathVerdict =
  /** Too few for a trouble. */
  | { kind: 'nothing' }
  /** It is among those that together are the first occurrence, told whole. */
  | { kind: 'opens'; key: DeathTrouble; deaths: readonly Death[] }
  /** `isAsked`: what ECS and its log say of it is worth asking. */
  | { kind: 'repeats'; key: DeathTrouble; isAsked: boolean };

/** What the death means, as the watch now is: a replay comes to the same, whatever came in between. */
export function verdictOf(watch: ServiceWatch, death: Death): DeathVerdict {
  const key = countedBy(watch, death);
  const open = key && watch.open[key];
  if (!key || !open) return { kind: 'nothing' };
  const { ids = [], since, asked } = open;
  if (ids.includes(death.id)) return { kind: 'opens', key, deaths: watch.deaths.filter(({ id }) => ids.includes(id)) };
  return death.at < since ? { kind: 'nothing' } : { kind: 'repeats', key, isAsked: asked?.id === death.id };
}
