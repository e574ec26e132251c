import type { Task } from '../aws/task.ts';
import type { ServiceConfig } from '../config/config.ts';
import { plus } from '../core/time.ts';
import { forEachInTurn } from '../deploy/each.ts';
import { configuredAs } from '../deploy/follow-service.ts';
import type { ServiceAction } from '../events/service-trouble.ts';
import type { Trouble } from '../notify/alerts/alert.ts';
import { isDeploymentsBusiness, isStuck, rolloutOf } from './business.ts';
import { deathOf } from './death.ts';
import { type ActionDecision, decideAction } from './decide-action.ts';
import { type DeathTrouble, noteDeath, verdictOf } from './decide-death.ts';
import { recover } from './recover.ts';
import { deathEvidence, serviceEvidence } from './service-evidence.ts';
import { askService } from './service-facts.ts';
import {
  type Death,
  isToAsk,
  lookEveryMs,
  type OpenTrouble,
  type ServiceTrouble,
  type ServiceWatch,
} from './service-watch.ts';
import { note, patiently, subjectOf, type WatchDeps } from './watch-deps.ts';

const newsOf = { 'crash-loop': 'service-crash-loop', unhealthy: 'service-unhealthy' } as const;

/** A task of a service stopped: where it died, and too many did, that is told. */
export async function watchTask(service: string, task: Task, deps: WatchDeps): Promise<void> {
  const death = deathOf(task);
  if (!death) return;
  const specs = configuredAs(deps, service, task.clusterArn.split('/').at(-1));
  await forEachInTurn(specs, (spec) => watchDeath(deps, spec, death));
}

async function watchDeath(deps: WatchDeps, spec: ServiceConfig, death: Death): Promise<void> {
  if (await isDeploymentsBusiness(deps, spec.name, death)) return;
  const watch = await patiently(deps, death.id, () =>
    deps.watches.update(spec.name, (current) => noteDeath(current, death, deps.now())),
  );
  const verdict = verdictOf(watch, death);
  switch (verdict.kind) {
    case 'nothing':
      return;
    case 'opens':
      return void (await note(deps, subjectOf(spec.name), await openingOf(deps, spec, verdict.key, verdict.deaths)));
    case 'repeats': {
      const evidence = verdict.isAsked ? await deathEvidence(deps, spec, [death]) : {};
      return void (await note(deps, subjectOf(spec.name), {
        ...troubleOf(verdict.key, death),
        ...evidence,
        id: death.id,
      }));
    }
    default:
      return verdict satisfies never;
  }
}

const troubleOf = (key: DeathTrouble, { cause, at }: Death): Omit<Trouble, 'id'> => ({
  key,
  kind: newsOf[key],
  cause: cause.cause,
  ...(cause.hint ? { hint: cause.hint } : {}),
  at,
});

async function openingOf(
  deps: WatchDeps,
  spec: ServiceConfig,
  key: DeathTrouble,
  deaths: readonly Death[],
): Promise<Trouble> {
  const last = deaths.at(-1) as Death;
  const [id = last.id, ...also] = deaths.map((death) => death.id);
  return { ...troubleOf(key, last), ...(await deathEvidence(deps, spec, deaths)), id, also };
}

/** ECS's scheduler says something of a service. */
export async function watchAction(action: ServiceAction, deps: WatchDeps): Promise<void> {
  const decision = decideAction(action);
  if (decision.kind === 'ignore') return;
  const specs = configuredAs(deps, action.serviceName, action.clusterName);
  await forEachInTurn(specs, async (spec) => {
    if (decision.kind === 'steady') await watchSteady(deps, spec, action);
    else await watchTrouble(deps, spec, action, decision);
  });
}

async function watchSteady(deps: WatchDeps, { name }: ServiceConfig, { at = deps.now() }: ServiceAction) {
  const watch = await deps.watches.get(name);
  if (Object.keys(watch.open).length > 0) await recover(deps, watch, at);
}

/** While a rollout of ours is young, what keeps its tasks from running is that deployment's to find out. */
async function watchTrouble(
  deps: WatchDeps,
  spec: ServiceConfig,
  { at = deps.now(), id, eventName }: ServiceAction,
  { key, news, cause, hint, severity }: Extract<ActionDecision, { kind: 'trouble' }>,
): Promise<void> {
  const rollout = await rolloutOf(deps, spec.name);
  if (rollout && !isStuck(rollout, spec.alertAfterMs, deps.now())) return;
  const { open } = await deps.watches.get(spec.name);
  const isAsked = !open[key] || isToAsk(open[key], deps.now());
  const evidence = isAsked ? serviceEvidence(spec, await askService(deps, spec)) : {};
  const trouble = { key, kind: news, cause, hint, severity, at, id: id ?? `${eventName} ${at}` };
  await note(deps, subjectOf(spec.name), { ...trouble, ...evidence });
  const now = deps.now();
  await patiently(deps, trouble.id, () =>
    deps.watches.update(spec.name, (watch) => {
      const known = watch.open[key];
      if (known) return isAsked ? withTrouble(watch, key, { ...known, asked: { id: trouble.id, at: now } }) : undefined;
      return { ...withTrouble(watch, key, { foundAt: now, since: at }), lookAt: plus(now, lookEveryMs) };
    }),
  );
}

const withTrouble = (watch: ServiceWatch, key: ServiceTrouble, trouble: OpenTrouble): ServiceWatch => ({
  ...watch,
  open: { ...watch.open, [key]: trouble },
});
