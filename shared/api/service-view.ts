import type { FreezeWindow, ServiceConfig } from '../config/config.ts';
import { iso, toInstant } from '../core/time.ts';
import { type Problem, primaryOf } from '../deploy/decide-target.ts';
import type { AnyDeployment, DeployedImage } from '../deploy/deployment.ts';
import type { ServicePointer } from '../deploy/pointer.ts';
import { policyInWords } from '../deploy/policy-in-words.ts';
import type { Target } from '../deploy/target.ts';
import { fields, list, text } from '../events/parse.ts';
import type { Pause } from '../store/pauses.ts';
import { holdView, revisionOf } from './deployment-view.ts';
import { present, time } from './time-fields.ts';

export const pauseView = ({ by, at, why, until }: Pause) => ({
  by,
  at: iso(at),
  ...present('reason', why),
  ...time('until', until),
});

const freezeText = ({ text: written }: FreezeWindow) => written;

function configView({ service, cluster, image, mode, drift, hold, before, after, promote }: ServiceConfig) {
  return {
    service,
    cluster,
    repository: image.registry ? `${image.registry}/${image.repository}` : image.repository,
    tags: image.tags.kind === 'promoted' ? 'by promotion' : policyInWords(image.tags),
    mode,
    drift,
    hold: {
      approval: hold.approval !== undefined,
      ...present('scan', hold.scan?.severity),
      freeze: hold.freeze.map(freezeText),
    },
    before,
    after,
    ...(promote ? { promoteTo: promote.to } : {}),
  };
}

const imageView = ({ tag, digest, pushedAt }: DeployedImage) => ({ tag, digest, pushedAt: iso(pushedAt) });

function successView({ lastSuccessful }: ServicePointer) {
  if (!lastSuccessful) return {};
  const { taskDefinitionArn, tag, digest } = lastSuccessful;
  return { lastSuccessful: { revision: revisionOf(taskDefinitionArn), tag, digest } };
}

/** A service as batuta.yml has it, and what is remembered of it. */
export function serviceView(
  spec: ServiceConfig,
  pointer: ServicePointer,
  pause: Pause | undefined,
  waiting: Pick<AnyDeployment, 'holds'> | undefined,
) {
  const { accepted, pending, inFlight, failed } = pointer;
  return {
    name: spec.name,
    ...configView(spec),
    ...successView(pointer),
    ...(accepted ? { accepted: imageView(accepted) } : {}),
    ...present('pending', pending),
    ...(waiting ? { holds: waiting.holds.map(holdView) } : {}),
    ...present('inFlight', inFlight),
    ...(pause ? { pause: pauseView(pause) } : {}),
    failed,
  };
}

export type ServiceView = ReturnType<typeof serviceView>;

function rolloutView({ service }: Target) {
  const primary = primaryOf(service);
  if (!primary) return {};
  const { rolloutState, rolloutStateReason, runningCount, desiredCount, createdAt } = primary;
  const said = { ...present('state', rolloutState), ...present('reason', rolloutStateReason) };
  return { rollout: { ...said, running: runningCount, desired: desiredCount, since: iso(toInstant(createdAt)) } };
}

const imagesOf = ({ definition }: Target) =>
  list(definition.containerDefinitions)
    .map(fields)
    .map(({ name, image }) => ({ container: text(name), image: text(image) }));

/** What ECS runs now, or why the service cannot be deployed. */
export function liveView(target: Target | { problem: Problem }) {
  if ('problem' in target) return { problem: target.problem };
  return {
    revision: revisionOf(target.service.taskDefinitionArn),
    ...present('tag', target.tags.find(({ key }) => key === 'batuta:tag')?.value),
    images: imagesOf(target),
    ...rolloutView(target),
  };
}
