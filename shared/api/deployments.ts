import type { Context } from 'hono';
import { BadRequest } from '../core/errors.ts';
import { parseDeploymentId } from '../core/ids.ts';
import { decideVerdict, type Verdict } from '../deploy/decide-verdict.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { type Api, type ApiEnvironment, demandRole } from './app.ts';
import { deploymentSummary, deploymentView } from './deployment-view.ts';
import { listDeployments, position } from './list-deployments.ts';
import { cursorOf, limitOf } from './pages.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { type ShipDeps, textField, wrongField } from './ship.ts';
import type { Caller } from './tokens.ts';

/** @throws BadRequest 404 */
export async function findDeployment(id: string, { stores }: Pick<ShipDeps, 'stores'>): Promise<Deployment> {
  const parsed = parseDeploymentId(id);
  const stored = parsed && (await stores.deployments.get(parsed));
  if (!stored) throw new BadRequest(404, `There is no deployment ${id}`);
  return stored.value;
}

/** `{reason?}`, and for an approval `{override?}`. @throws BadRequest 403 for an override by less than an admin */
async function readVerdict(
  request: Request,
  verdict: Verdict['verdict'],
  caller: Caller,
  { now }: ShipDeps,
): Promise<Verdict> {
  const body = await readObject(request);
  refuseUnknownFields(body, verdict === 'approved' ? ['reason', 'override'] : ['reason']);
  const { override = false } = body;
  if (typeof override !== 'boolean') throw wrongField('override', 'must be true or false');
  if (override) demandRole(caller, 'admin');
  const why = textField(body, 'reason');
  return { verdict, override, by: caller.id, at: now(), ...(why ? { why } : {}) };
}

/** Its event wakes follow-deployment, which goes on, or ends it. */
async function say(id: string, said: Verdict, deps: ShipDeps): Promise<Deployment> {
  let refused: string | undefined;
  const written = await deps.stores.deployments.update(id, (deployment) => {
    const decision = decideVerdict(deployment, said, deps.now());
    refused = decision.kind === 'refused' ? decision.why : undefined;
    return decision.kind === 'record' ? decision.deployment : undefined;
  });
  if (!written) throw new BadRequest(404, `There is no deployment ${id}`);
  if (refused !== undefined) throw new BadRequest(409, `${id} cannot be ${said.verdict}: ${refused}`);
  return written.value;
}

const verdictRoute =
  (deps: ShipDeps, verdict: Verdict['verdict']) => async (context: Context<ApiEnvironment, '/api/deployments/:id'>) => {
    const caller = context.get('caller');
    demandRole(caller, 'deployer');
    const { id } = await findDeployment(context.req.param('id'), deps);
    const said = await readVerdict(context.req.raw, verdict, caller, deps);
    const repeatable = {
      caller: caller.id,
      route: `${verdict} ${id}`,
      key: idempotencyKeyOf(context.req.raw),
      requestHash: await hashOf([said.override, said.why]),
    };
    const answer = await onceByKey({ ...deps.stores, now: deps.now }, repeatable, async () => ({
      deployment: deploymentView(await say(id, said, deps)),
    }));
    return context.json(answer);
  };

/** Adds the routes of deployments: lists, histories, verdicts. */
export function addDeploymentRoutes(api: Api, deps: ShipDeps): void {
  api.get('/api/deployments', async (context) => {
    const { service, limit, cursor } = context.req.query();
    const page = await listDeployments(deps, service || undefined, limitOf(limit), cursorOf(cursor, position));
    return context.json({ ...page, deployments: page.deployments.map(deploymentSummary) });
  });
  api.get('/api/deployments/:id', async (context) =>
    context.json({ deployment: deploymentView(await findDeployment(context.req.param('id'), deps)) }),
  );
  api.post('/api/deployments/:id/approve', verdictRoute(deps, 'approved'));
  api.post('/api/deployments/:id/reject', verdictRoute(deps, 'rejected'));
}
