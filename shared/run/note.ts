import type { Run } from './run.ts';

/** What went wrong beside the run's own work, for people; undefined where nothing did. */
export function noteOf({ note, notStarted = [] }: Run): string | undefined {
  const gone = notStarted.map((job) => `${job} was not started after it: it is no longer in batuta.yml`);
  return [...(note === undefined ? [] : [note]), ...gone].join('; ') || undefined;
}
