import type { ServiceConfig } from '../config/config.ts';
import { pendingOf } from '../deploy/around-pending.ts';
import { lookAtTarget } from '../deploy/look-at-target.ts';
import { planService } from '../deploy/plan/plan-service.ts';
import type { Api } from './app.ts';
import { deploymentSummary } from './deployment-view.ts';
import { recentOf } from './list-deployments.ts';
import { cursorAfter, cursorOf, limitOf } from './pages.ts';
import { planView } from './plan-view.ts';
import { liveView, serviceView } from './service-view.ts';
import { findService, type ShipDeps, wrongField } from './ship.ts';

const lastShown = 10;

async function remembered(spec: ServiceConfig, { ship }: ShipDeps) {
  const [pointer, pause] = await Promise.all([ship.pointers.get(spec.name), ship.pauses.get(spec.name)]);
  return serviceView(spec, pointer, pause, await pendingOf(ship, pointer.pending));
}

/** A page by name: two look-ups in the table for each service on it, a third where a deployment waits. */
async function listServices(deps: ShipDeps, limit: number, after: string | undefined) {
  const names = Object.keys(deps.config.services).sort();
  const left = after === undefined ? names : names.filter((name) => name > after);
  const page = left.slice(0, limit);
  const services = await Promise.all(page.map((name) => remembered(findService(deps, name), deps)));
  const last = page.at(-1);
  return { services, ...(last !== undefined && left.length > limit ? { cursor: cursorAfter(last) } : {}) };
}

/** With what ECS says now (two calls), and its last deployments; a plan costs two more, and ECR's list of images. */
async function showService(deps: ShipDeps, spec: ServiceConfig, planned: boolean) {
  const [known, target, { deployments }, plan] = await Promise.all([
    remembered(spec, deps),
    lookAtTarget(deps.ship, { spec }),
    recentOf(deps, [spec.name], lastShown, undefined),
    planned ? planService(deps.ship, spec) : undefined,
  ]);
  return {
    ...known,
    live: liveView(target),
    deployments: deployments.map(deploymentSummary),
    ...(plan ? { plan: planView(plan) } : {}),
  };
}

/** @throws BadRequest 422 */
function withPlan(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw wrongField('plan', 'must be true or false');
}

export type ServiceAnswer = Awaited<ReturnType<typeof showService>>;

/** Adds the routes that read services. */
export function addServiceRoutes(api: Api, deps: ShipDeps): void {
  api.get('/api/services', async (context) => {
    const limit = limitOf(context.req.query('limit'));
    return context.json(await listServices(deps, limit, cursorOf(context.req.query('cursor'), /^[^\n]{1,255}$/)));
  });
  api.get('/api/services/:service', async (context) => {
    const spec = findService(deps, context.req.param('service'));
    return context.json({ service: await showService(deps, spec, withPlan(context.req.query('plan'))) });
  });
}
