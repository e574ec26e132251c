import type { Records } from '../store/records.ts';
import type { DeployDeps } from './connect.ts';
import type { AnyDeployment } from './deployment.ts';

/** Records of deployments to services and to scheduled tasks lie together; who holds a target's lease knows which its are. */
export const recordsOf = <Value extends AnyDeployment>({ deployments }: Pick<DeployDeps, 'deployments'>) =>
  deployments as unknown as Records<Value>;
