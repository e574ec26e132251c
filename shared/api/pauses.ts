import type { Context } from 'hono';
import { DURATION, durationMs } from '../config/duration.ts';
import { type Instant, plus, toInstant } from '../core/time.ts';
import { wantVisits } from '../deploy/visit-all.ts';
import type { Pause } from '../store/pauses.ts';
import { type Api, type ApiEnvironment, demandRole } from './app.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { pauseView } from './service-view.ts';
import { findTarget, type ShipDeps, textField, wrongField } from './ship.ts';

type Body = Record<string, unknown>;

/** `{reason?, until?}` or `{reason?, for?}`: a time in ISO 8601, or a duration such as `2h`. */
function readUntil(body: Body, now: Instant): Instant | undefined {
  const [until, lasts] = [textField(body, 'until'), textField(body, 'for')];
  if (until !== undefined && lasts !== undefined)
    throw wrongField('for', 'cannot stand beside until; give one of them');
  if (lasts !== undefined) {
    if (!DURATION.test(lasts)) throw wrongField('for', 'must be a duration such as 30m, 2h or 1d');
    return plus(now, durationMs(lasts));
  }
  if (until === undefined) return undefined;
  // With its zone: a time without one would be another for each reader.
  if (!/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(until) || Number.isNaN(Date.parse(until)))
    throw wrongField('until', 'must be a time such as 2026-11-20T18:00:00Z');
  if (Date.parse(until) <= now) throw wrongField('until', 'must be in the future');
  return toInstant(until);
}

async function pause(name: string, by: string, body: Body, { ship, now }: ShipDeps) {
  const [why, until] = [textField(body, 'reason'), readUntil(body, now())];
  const set: Pause = { by, at: now(), ...(why ? { why } : {}), ...(until === undefined ? {} : { until }) };
  await ship.pauses.set(name, set);
  return { service: name, pause: pauseView(set) };
}

/** What was pushed meanwhile is looked for at once. `resumed`: whether it was paused. */
async function resume(name: string, by: string, { ship }: ShipDeps) {
  const resumed = await ship.pauses.lift(name, by);
  const { pending } = await ship.pointers.get(name);
  await wantVisits(ship, [{ service: name, deploy: 'sweep', ...(pending ? { deployment: pending } : {}) }]);
  return { service: name, resumed };
}

type Act = (name: string, by: string, body: Body) => Promise<object>;

/** A route of one service for deployers, done once per key. */
const serviceRoute =
  (deps: ShipDeps, verb: string, known: readonly string[], act: Act) =>
  async (context: Context<ApiEnvironment, '/api/services/:service'>) => {
    const caller = context.get('caller');
    demandRole(caller, 'deployer');
    const { name } = findTarget(deps, context.req.param('service'));
    const body = await readObject(context.req.raw);
    refuseUnknownFields(body, known);
    const key = idempotencyKeyOf(context.req.raw);
    const requestHash = await hashOf(known.map((field) => body[field]));
    const repeatable = { caller: caller.id, route: `${verb} ${name}`, key, requestHash };
    const answer = onceByKey({ ...deps.stores, now: deps.now }, repeatable, () => act(name, caller.id, body));
    return context.json(await answer);
  };

/** Adds the routes that keep a service as it is, and let it go on. */
export function addPauseRoutes(api: Api, deps: ShipDeps): void {
  api.post(
    '/api/services/:service/pause',
    serviceRoute(deps, 'pause', ['reason', 'until', 'for'], (name, by, body) => pause(name, by, body, deps)),
  );
  api.post(
    '/api/services/:service/resume',
    serviceRoute(deps, 'resume', [], (name, by) => resume(name, by, deps)),
  );
}
