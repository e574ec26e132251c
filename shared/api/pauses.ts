import type { Context } from 'hono';
import { wantVisits } from '../deploy/visit-all.ts';
import { type Api, type ApiEnvironment, demandRole } from './app.ts';
import { pauseFields, readPause } from './read-pause.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { pauseView } from './service-view.ts';
import { findTarget, type ShipDeps } from './ship.ts';

type Body = Record<string, unknown>;

async function pause(name: string, by: string, body: Body, { ship, now }: ShipDeps) {
  const set = readPause(body, by, now());
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
    serviceRoute(deps, 'pause', pauseFields, (name, by, body) => pause(name, by, body, deps)),
  );
  api.post(
    '/api/services/:service/resume',
    serviceRoute(deps, 'resume', [], (name, by) => resume(name, by, deps)),
  );
}
