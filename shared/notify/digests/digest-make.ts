import type { Config } from '../../config/config.ts';
import { type Instant, plus } from '../../core/time.ts';
import type { Log } from '../../lambda/runtime.ts';
import { type NotifyDeps, notify } from '../notify.ts';
import { lately, type NamesSeen, seenNow } from './digest-names.ts';
import { type ReadDeps, readDigest } from './digest-read.ts';
import type { Digests, DigestWatch } from './digest-store.ts';
import { type DigestDue, digestsDue, digestsWanted } from './digests-due.ts';

export interface DigestDeps extends ReadDeps, NotifyDeps {
  stores: ReadDeps['stores'] & NotifyDeps['stores'] & { digests: Digests };
  config: ReadDeps['config'] & Pick<Config, 'routes' | 'channels'>;
  watch: {
    read(): Promise<{ watch: DigestWatch | undefined; version: number }>;
    write(watch: DigestWatch, version: number): Promise<boolean>;
  };
  log: Log;
}

const minuteMs = 60_000;
/** A digest that is new in batuta.yml is made at once where its time was since the last look, at most so long ago. */
const newcomerMs = 60 * minuteMs;
/** Where there was no look before: a wake-up that died and its next are no further apart. */
const firstLookMs = 30 * minuteMs;

/** From when on a digest is to be made: it was not missed before it was asked for. */
function sinceOf(watch: DigestWatch | undefined, now: Instant) {
  const newcomers = Math.max(watch?.lookedAt ?? plus(now, -firstLookMs), plus(now, -newcomerMs)) as Instant;
  return (key: string): Instant => watch?.upTo[key] ?? newcomers;
}

/**
 * Makes the digests whose time has come, each once, and has their channels told. Safe to repeat, and at the same time:
 * whoever writes a digest first has made it, and it counts as made once its deliveries are there. One that fails holds
 * up no other. Resolves with their ids. @throws Error at the end, naming the first that failed
 */
export async function makeDigests(deps: DigestDeps): Promise<string[]> {
  const { routes } = deps.config;
  const wanted = [...digestsWanted(routes).keys()];
  if (wanted.length === 0) return [];
  const now = deps.now();
  const { watch, version } = await deps.watch.read();
  const since = sinceOf(watch, now);
  const seen = seenNow(watch?.seen, deps.config, now);
  const failed = new Map<string, Error>();
  const due = digestsDue(routes, since, now);
  for (const digest of due) {
    if (failed.has(digest.key)) continue;
    await make(digest, seen, deps).catch((error: Error) => failed.set(digest.key, error));
  }
  const upTo = Object.fromEntries(wanted.map((key) => [key, failed.has(key) ? since(key) : now]));
  await deps.watch.write({ lookedAt: now, upTo, seen: lately(seen, now) }, version);
  for (const [key, error] of failed)
    throw new Error(`${failed.size} of ${wanted.length} digests could not be made, ${key} first: ${error.message}`, {
      cause: error,
    });
  return due.map(({ id }) => id);
}

async function make(due: DigestDue, seen: NamesSeen, deps: DigestDeps): Promise<void> {
  const { digests } = deps.stores;
  if (!(await digests.get(due.id))) {
    const content = await readDigest(due, seen, deps);
    await digests.create({ schemaVersion: 1, ...due, madeAt: deps.now(), ...content });
  }
  const channels = await notify({ kind: 'digest', id: due.id }, deps);
  deps.log.info(`the digest ${due.id} is made`, { channels });
}
