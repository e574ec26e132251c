import type { ServiceConfig } from '../config/config.ts';
import { type Instant, iso, plus } from '../core/time.ts';
import type { EndPlace } from '../store/ended.ts';
import type { RecordKind } from '../store/records.ts';
import { type Deployment, terminalDeploymentStates } from './deployment.ts';
import { holdsKey } from './hold/hold.ts';

const day = 86_400_000;
const keptMs = 400 * day;

/** Every sweep looks at every rollout: what no event brought must be found within a minute. A hold says itself when. */
function dueAt({ state, createdAt, lookAt }: Deployment): Instant | undefined {
  if (terminalDeploymentStates.has(state)) return undefined;
  return state === 'held' ? (lookAt ?? createdAt) : createdAt;
}

/** What is told of one state in stages: the holds as they change, and what a person said about them. */
function aspectOf({ state, holds, approval, override }: Deployment): string {
  return state === 'held' ? [holdsKey(holds), approval?.verdict ?? '', override ? 'override' : ''].join(' ') : '';
}

const specDefaults = {
  before: [],
  after: [],
  hold: { freeze: [] },
  mode: 'live',
  drift: 'tell',
  keepRevisions: 10,
  logTail: false,
} satisfies Partial<ServiceConfig>;

/** Schema version 1 knew neither holds nor jobs. */
function upgrade(deployment: Deployment): Deployment {
  if (deployment.schemaVersion !== 1) return deployment;
  const spec = { ...specDefaults, ...deployment.spec };
  return {
    ...deployment,
    schemaVersion: 2,
    spec: { ...spec, image: { ...spec.image, exclude: spec.image.exclude ?? [] } },
    holds: [],
    runs: { before: [], after: [] },
  };
}

/** What was superseded or skipped was none. */
function endedUnder({ service, state, finishedAt }: Deployment): EndPlace | undefined {
  if (finishedAt === undefined || state === 'superseded' || state === 'skipped') return undefined;
  return { partition: `service#${service}`, at: finishedAt };
}

export const deploymentKind: RecordKind<Deployment> = {
  name: 'deployment',
  key: (id) => ({ pk: `deployment#${id}`, sk: 'deployment' }),
  idOf: (deployment) => deployment.id,
  describe: (deployment) => ({
    type: 'Deployment State Change',
    state: deployment.state,
    subject: deployment.service,
    aspect: aspectOf(deployment),
  }),
  upgrade,
  dueAt,
  listedUnder: (deployment) => ({
    partition: `service#${deployment.service}`,
    sort: `${iso(deployment.createdAt)}#${deployment.id}`,
  }),
  endedUnder,
  expiresAt: (deployment) => deployment.finishedAt && plus(deployment.finishedAt, keptMs),
};
