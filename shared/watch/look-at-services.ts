import type { EcsService } from '../aws/ecs-service.ts';
import type { ServiceConfig } from '../config/config.ts';
import { plus } from '../core/time.ts';
import { callsOf } from '../deploy/drift/sweep-drift.ts';
import { forEachInTurn } from '../deploy/each.ts';
import { noteOver } from '../notify/alerts/alerts.ts';
import { inWords } from '../notify/message.ts';
import { rolloutOf } from './business.ts';
import { decideLook, type LookDecision, runningOf } from './decide-look.ts';
import { recover } from './recover.ts';
import { serviceEvidence } from './service-evidence.ts';
import { askRevision, revisionFact } from './service-facts.ts';
import { lookEveryMs, newWatch, type ServiceWatch, serviceTroubles } from './service-watch.ts';
import { note, patiently, subjectOf, type WatchDeps } from './watch-deps.ts';

/** The sweep saw these with too few tasks: they are looked at again when that would be news. */
export async function expectShort(services: readonly string[], deps: WatchDeps): Promise<void> {
  const now = deps.now();
  await forEachInTurn(services, async (name) => {
    const spec = deps.config.services[name];
    if (!spec) return;
    await deps.watches.update(name, (watch) =>
      watch.lookAt === undefined ? { ...watch, shortSince: now, lookAt: plus(now, spec.alertAfterMs) } : undefined,
    );
  });
}

/** Looks at what is, or may be, in trouble: one query while all is well, else DescribeServices for ten at a time. */
export async function lookAtServices(deps: WatchDeps): Promise<void> {
  const due = await deps.watches.due(deps.now());
  const specs = due.flatMap(({ service }) => deps.config.services[service] ?? []);
  const unknown = due.filter(({ service }) => deps.config.services[service] === undefined);
  const ofService = (name: string) => due.find(({ service }) => service === name) ?? newWatch(name);
  await forEachInTurn(
    [
      () => forEachInTurn(unknown, (watch) => end(deps, watch)),
      () =>
        forEachInTurn(callsOf(specs), async (call) => {
          const names = [...new Set(call.map(({ service }) => service))];
          const found = await deps.ecs.describeServices(call[0]?.cluster ?? '', names);
          await forEachInTurn(call, (spec) => lookAt(deps, spec, ofService(spec.name), found));
        }),
    ],
    (part) => part(),
  );
}

async function lookAt(deps: WatchDeps, spec: ServiceConfig, watch: ServiceWatch, found: readonly EcsService[]) {
  const service = found.find(({ name }) => name === spec.service);
  const isRolling = (await rolloutOf(deps, spec.name)) !== undefined;
  const { alertAfterMs } = spec;
  const decision = decideLook(watch, { service, isRolling, alertAfterMs, now: deps.now() });
  await carryOut(deps, spec, watch, service, decision);
}

async function carryOut(
  deps: WatchDeps,
  spec: ServiceConfig,
  watch: ServiceWatch,
  service: EcsService | undefined,
  decision: LookDecision,
): Promise<void> {
  switch (decision.kind) {
    case 'gone':
      return end(deps, watch);
    case 'well':
      return recover(deps, watch, deps.now());
    case 'wait':
      return keep(deps, watch, ({ shortSince: _, ...rest }) => ({
        ...rest,
        ...(decision.shortSince === undefined ? {} : { shortSince: decision.shortSince }),
        lookAt: decision.until,
      }));
    case 'short':
      return service && tellShort(deps, spec, watch, service, decision);
    default:
      return decision satisfies never;
  }
}

/** Unless something was found in between: then the next look decides. */
async function keep(deps: WatchDeps, seen: ServiceWatch, change: (watch: ServiceWatch) => ServiceWatch): Promise<void> {
  await deps.watches.update(seen.service, (current) => (current.lookAt === seen.lookAt ? change(current) : undefined));
}

async function tellShort(
  deps: WatchDeps,
  spec: ServiceConfig,
  watch: ServiceWatch,
  service: EcsService,
  { since }: Extract<LookDecision, { kind: 'short' }>,
): Promise<void> {
  const now = deps.now();
  const { taskDefinitionArn } = service;
  const { facts = [], links = [] } = serviceEvidence(spec, service);
  await note(deps, subjectOf(spec.name), {
    key: 'short',
    kind: 'service-short',
    cause: `${runningOf(service)} of ${service.desiredCount} tasks have run for ${inWords(now - since)}`,
    hint: "look at the service's events in ECS: what keeps it from starting the others",
    facts: [...facts, ...revisionFact(spec, taskDefinitionArn, await askRevision(deps, taskDefinitionArn))],
    links,
    id: `short ${since}`,
    at: now,
  });
  const short = { foundAt: now, since };
  await keep(deps, watch, (current) => ({
    ...current,
    open: { ...current.open, short },
    lookAt: plus(now, lookEveryMs),
  }));
}

/** The service is gone, or nobody wants to hear of it: so is its trouble. */
async function end(deps: WatchDeps, { service }: ServiceWatch): Promise<void> {
  const now = deps.now();
  await patiently(deps, service, () => noteOver(deps.alerts, subjectOf(service), { at: now, causes: serviceTroubles }));
  await deps.watches.update(service, () => ({ ...newWatch(service), endedAt: now }));
}
