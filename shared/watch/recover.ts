import { type Instant, plus } from '../core/time.ts';
import type { Alert } from '../notify/alerts/alert.ts';
import { noteOver } from '../notify/alerts/alerts.ts';
import { alertIdOf } from '../notify/alerts/decide-alert.ts';
import { quietMs } from './decide-death.ts';
import { lookEveryMs, type ServiceTrouble, type ServiceWatch } from './service-watch.ts';
import { patiently, subjectOf, type WatchDeps } from './watch-deps.ts';

/** Of these it takes a while without another death: between two deaths all tasks may well be running. */
const needsQuiet = (key: string) => key === 'crash-loop' || key === 'unhealthy';

/** The troubles of the watch that are over, with all desired tasks running at `at`: each as far as nothing came after. */
export async function recover(deps: WatchDeps, watch: ServiceWatch, at: Instant): Promise<void> {
  const open = Object.keys(watch.open) as ServiceTrouble[];
  const quietSince = plus(at, -quietMs);
  const loops = open.filter(needsQuiet);
  await over(
    deps,
    watch.service,
    at,
    open.filter((key) => !needsQuiet(key)),
  );
  // The deaths that make the trouble up may be younger than what the alert has counted.
  if (watch.deaths.every((death) => death.at <= quietSince)) await over(deps, watch.service, quietSince, loops);
  const alert = (await deps.alerts.get(alertIdOf(subjectOf(watch.service))))?.value;
  const now = deps.now();
  await patiently(deps, watch.service, () =>
    deps.watches.update(watch.service, (current) => afterRecovery(current, watch, alert, { quietSince, now })),
  );
}

async function over(deps: WatchDeps, service: string, at: Instant, causes: readonly ServiceTrouble[]): Promise<void> {
  if (causes.length > 0)
    await patiently(deps, service, () => noteOver(deps.alerts, subjectOf(service), { at, causes }));
}

const goesOn = (alert: Alert | undefined, key: string) =>
  alert?.state === 'open' && alert.causes[key] !== undefined && alert.causes[key].overAt === undefined;

/** The watch without what is over; what was found since `seen` was read stays. */
function afterRecovery(
  { shortSince: _, lookAt: __, ...current }: ServiceWatch,
  seen: ServiceWatch,
  alert: Alert | undefined,
  { quietSince, now }: { quietSince: Instant; now: Instant },
): ServiceWatch {
  const stays = ([key, trouble]: [string, { foundAt: Instant }]) =>
    goesOn(alert, key) || seen.open[key as ServiceTrouble]?.foundAt !== trouble.foundAt;
  const open = Object.fromEntries(Object.entries(current.open).filter(stays));
  const lapsed = Object.keys(seen.open).some((key) => needsQuiet(key) && !(key in open));
  return {
    ...current,
    open,
    ...(lapsed ? { endedAt: quietSince, deaths: current.deaths.filter((death) => death.at > quietSince) } : {}),
    ...(Object.keys(open).length > 0 ? { lookAt: plus(now, lookEveryMs) } : {}),
  };
}
