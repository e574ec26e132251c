import { iso, plus } from '../core/time.ts';
import type { RecordKind } from '../store/records.ts';
import { type Deployment, terminalDeploymentStates } from './deployment.ts';

const day = 86_400_000;
const keptMs = 400 * day;

export const deploymentKind: RecordKind<Deployment> = {
  name: 'deployment',
  key: (id) => ({ pk: `deployment#${id}`, sk: 'deployment' }),
  idOf: (deployment) => deployment.id,
  describe: (deployment) => ({ type: 'Deployment State Change', state: deployment.state, subject: deployment.service }),
  // Every sweep looks at every deployment in flight: what no event brought must be found within a minute.
  dueAt: (deployment) => (terminalDeploymentStates.has(deployment.state) ? undefined : deployment.createdAt),
  listedUnder: (deployment) => ({
    partition: `service#${deployment.service}`,
    sort: `${iso(deployment.createdAt)}#${deployment.id}`,
  }),
  expiresAt: (deployment) => deployment.finishedAt && plus(deployment.finishedAt, keptMs),
};
