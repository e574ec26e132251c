import type { Context } from 'hono';
import type { ServiceConfig, TargetConfig } from '../config/config.ts';
import { BadRequest } from '../core/errors.ts';
import { alreadyThere, goesBackAlready } from '../deploy/decide-already.ts';
import type { AnyDeployment, DeployedImage, Deployment } from '../deploy/deployment.ts';
import { findImage } from '../deploy/find-image.ts';
import { findWayBack } from '../deploy/find-way-back.ts';
import { recentSuccesses } from '../deploy/history.ts';
import { lookAtTarget } from '../deploy/look-at-target.ts';
import type { ServicePointer } from '../deploy/pointer.ts';
import { askedBefore, type ByHand, requestDeployment, type WishAnswer } from '../deploy/request-deployment.ts';
import { matchingContainers } from '../deploy/revision.ts';
import type { Target } from '../deploy/target.ts';
import { type Api, type ApiEnvironment, demandRole } from './app.ts';
import { deploymentView } from './deployment-view.ts';
import { findDeployment } from './deployments.ts';
import { keyConflict } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { findService, findTarget, type ShipDeps, textField, wrongField } from './ship.ts';

type Body = Record<string, unknown>;
interface Resolved {
  spec: TargetConfig;
  image: DeployedImage;
  isPast?: true;
  goBack?: { taskDefinitionArn: string };
}

const refused = (why: string, deployment?: string) => new BadRequest(409, why, [], deployment);

/** @throws BadRequest 409 */
function refuseObserved({ name, mode }: TargetConfig): void {
  if (mode === 'observe')
    throw refused(`${name} is in mode observe, where nothing is touched; set mode: live in batuta.yml`);
}

/** @throws BadRequest 409 where the service cannot be deployed */
async function targetOf({ ship }: ShipDeps, spec: ServiceConfig): Promise<Target> {
  const target = await lookAtTarget(ship, { spec });
  if ('problem' in target) throw refused(`${target.problem.reason}; ${target.problem.hint}`);
  return target;
}

/** What the containers to be changed run now; of a scheduled task nothing is looked at here. */
async function liveImages(deps: ShipDeps, name: string, { registry, repository }: DeployedImage) {
  const spec = deps.config.services[name];
  if (!spec) return [];
  const { definition } = await targetOf(deps, spec);
  const place = { registry: registry ?? deps.ship.registry, repository, container: spec.container };
  return matchingContainers(definition, place);
}

const recordOf = async ({ ship }: ShipDeps, id: string | undefined): Promise<Deployment | undefined> =>
  id === undefined ? undefined : (await ship.deployments.get(id))?.value;

/** What the pointer leads to: waiting, and being rolled out. */
async function unfinished(deps: ShipDeps, { pending, inFlight }: ServicePointer) {
  const [waiting, rolling] = await Promise.all([recordOf(deps, pending), recordOf(deps, inFlight)]);
  return { pending: waiting, inFlight: rolling };
}

/** The deployment that brought what runs, if that ran well. */
async function broughtBy({ ship }: ShipDeps, service: string, digest: string, { lastSuccessful }: ServicePointer) {
  if (lastSuccessful?.digest !== digest) return undefined;
  return (await recentSuccesses(ship, service)).find(({ image }) => image.digest === digest)?.id;
}

/** `{tag?}` or `{digest?}`. @throws BadRequest 422 for an image that is not allowed, 409 for one that is there already */
async function imageWanted(deps: ShipDeps, name: string, body: Body): Promise<Resolved> {
  const spec = findTarget(deps, name);
  const [tag, digest] = [textField(body, 'tag', 128), textField(body, 'digest', 71)];
  if (tag !== undefined && digest !== undefined)
    throw wrongField('digest', 'cannot stand beside tag; give one of them');
  const wanted = { ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
  const found = await findImage(deps.ship, spec, wanted);
  if ('refusal' in found)
    throw new BadRequest(422, found.refusal, [
      {
        field: digest === undefined ? 'tag' : 'digest',
        message: found.isUnknown ? 'is no tag in ECR' : 'is not allowed',
      },
    ]);
  const { image, isPast } = found;
  refuseObserved(spec);
  const live = await liveImages(deps, spec.name, image);
  const pointer = await deps.ship.pointers.get(spec.name);
  const already = alreadyThere({ image, live, ...(await unfinished(deps, pointer)) });
  if (already)
    throw refused(already.why, already.deployment ?? (await broughtBy(deps, spec.name, image.digest, pointer)));
  return { spec, image, ...(isPast ? { isPast } : {}) };
}

/** `{to?}`: a deployment of this service that succeeded. @throws BadRequest 404, 409 */
async function wayBack(deps: ShipDeps, name: string, body: Body): Promise<Resolved> {
  const spec = findService(deps, name);
  refuseObserved(spec);
  const to = textField(body, 'to', 64);
  const named = to === undefined ? undefined : await findDeployment(to, deps);
  if (named && named.service !== spec.name) throw refused(`${named.id} is a deployment of ${named.service}`);
  if (named && named.state !== 'succeeded')
    throw refused(`${named.id} is ${named.state}; only a success can be gone back to`);
  const already = named ? undefined : goesBackAlready(await unfinished(deps, await deps.ship.pointers.get(spec.name)));
  if (already) throw refused(already.why, already.deployment);
  const target = await targetOf(deps, spec);
  const found = named?.to
    ? { image: named.image, taskDefinitionArn: named.to.taskDefinitionArn }
    : await findWayBack(deps.ship, spec, target);
  if ('refusal' in found) throw refused(`There is nothing to go back to: ${found.refusal}`);
  const { image, taskDefinitionArn } = found;
  if (taskDefinitionArn === target.service.taskDefinitionArn) throw refused(`${image.tag} runs already`);
  return { spec, image, goBack: { taskDefinitionArn } };
}

function sure(answer: WishAnswer): AnyDeployment {
  if (answer.kind === 'conflict') throw keyConflict(answer.deployment.id);
  return answer.deployment;
}

type Resolve = (deps: ShipDeps, name: string, body: Body) => Promise<Resolved>;

/** A repeat is answered before anything is looked at: what ECR and ECS say may have changed since. */
async function ask(
  context: Context<ApiEnvironment, '/api/services/:service'>,
  deps: ShipDeps,
  [verb, known, resolve]: readonly [string, readonly string[], Resolve],
): Promise<AnyDeployment> {
  const caller = context.get('caller');
  demandRole(caller, 'deployer');
  const { name } = findTarget(deps, context.req.param('service'));
  const body = await readObject(context.req.raw);
  refuseUnknownFields(body, known);
  const requestHash = await hashOf([verb, ...known.map((field) => body[field])]);
  const idempotencyKey = idempotencyKeyOf(context.req.raw) ?? deps.newId();
  const trigger: ByHand = { kind: 'api', caller: caller.id, idempotencyKey, requestHash };
  const earlier = await askedBefore(deps.ship, name, trigger);
  return sure(earlier ?? (await requestDeployment(deps.ship, { ...(await resolve(deps, name, body)), trigger })));
}

/** Adds the routes that ask for a deployment; whether it may begin, and when, is follow-deployment's to see. */
export function addAskRoutes(api: Api, deps: ShipDeps): void {
  const route =
    (...wish: readonly [string, readonly string[], Resolve]) =>
    async (context: Context<ApiEnvironment, '/api/services/:service'>) => {
      const deployment = await ask(context, deps, wish);
      const location = `/api/deployments/${deployment.id}`;
      return context.json({ deployment: deploymentView(deployment) }, 202, { location });
    };
  api.post('/api/services/:service/deploy', route('deploy', ['tag', 'digest'], imageWanted));
  api.post('/api/services/:service/rollback', route('rollback', ['to'], wayBack));
}
