import type { WantedVisit } from '../../events/ours.ts';
import type { SweepDeps } from '../sweep-deployments.ts';
import { targetsOf } from '../targets-of.ts';
import { wantsCleanUp } from './decide-clean-up.ts';

/** Pointers are read for it, so not each minute. */
const everyMinutes = 5;
/** With three revisions each: less than half of the bucket that registrations need, and it is full again in time. */
const mostAtOnce = 3;

/** Asks for a clean-up where more revisions of ours are ACTIVE than are to be kept. */
export async function sweepCleanUp(deps: SweepDeps, wanted: WantedVisit[]): Promise<void> {
  const minute = Math.floor(deps.now() / 60_000);
  if (minute % everyMinutes !== 0) return;
  const targets = targetsOf(deps.config).filter(({ mode }) => mode === 'live');
  // From another one each time, so that none that fails keeps the others from their turn.
  const first = (minute / everyMinutes) % Math.max(1, targets.length);
  let asked = 0;
  for (const { name, keepRevisions } of [...targets.slice(first), ...targets.slice(0, first)]) {
    if (!wantsCleanUp(await deps.pointers.get(name), keepRevisions, deps.now())) continue;
    wanted.push({ service: name, cleanUp: true });
    asked += 1;
    if (asked === mostAtOnce) return;
  }
}
