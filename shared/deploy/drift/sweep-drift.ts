import type { ServiceConfig } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { WantedVisit } from '../../events/ours.ts';
import { isShort } from '../../watch/decide-look.ts';
import { forEachInTurn } from '../each.ts';
import type { SweepDeps } from '../sweep-deployments.ts';
import { foreignRollout } from './decide-drift.ts';

/** DescribeServices takes so many (model). */
const perCall = 10;
/** Each service is looked at once in so many sweeps: events tell sooner. */
const everyMinutes = 10;

/** Services of one cluster, ten at a time. */
export function callsOf(services: readonly ServiceConfig[]): ServiceConfig[][] {
  const byCluster = Map.groupBy(services, ({ cluster }) => cluster);
  return [...byCluster.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / perCall) }, (_, call) =>
      all.slice(call * perCall, (call + 1) * perCall),
    ),
  );
}

/** The calls whose turn it is this minute. */
export const thisMinute = <Call>(calls: readonly Call[], now: Instant): Call[] =>
  calls.filter((_, index) => index % everyMinutes === Math.floor(now / 60_000) % everyMinutes);

/**
 * Asks for a visit where somebody else's revision took the place of ours and no event told, and says which services
 * run too few tasks without a deployment of ours.
 */
export async function sweepDrift(deps: SweepDeps, wanted: WantedVisit[]): Promise<void> {
  const short: string[] = [];
  const calls = thisMinute(callsOf(Object.values(deps.config.services)), deps.now());
  await forEachInTurn(calls, async (specs) => {
    const [{ cluster = '' } = {}] = specs;
    const found = await deps.ecs.describeServices(cluster, [...new Set(specs.map(({ service }) => service))]);
    await forEachInTurn(specs, async (spec) => {
      const service = found.find(({ name }) => name === spec.service);
      const pointer = await deps.pointers.get(spec.name);
      if (foreignRollout(pointer, service, deps.now())) wanted.push({ service: spec.name, drift: true });
      if (!pointer.inFlight && isShort(service)) short.push(spec.name);
    });
  });
  // One that is lost is said again at the next look.
  if (short.length > 0) await deps.bus.put([{ 'detail-type': 'Services Seen Short', detail: { services: short } }]);
}
