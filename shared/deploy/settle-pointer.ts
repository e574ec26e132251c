import type { DeploymentId } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { Deployment } from './deployment.ts';
import { type ServicePointer, settle } from './pointer.ts';
import { promote } from './promote.ts';

/** The deployments that the pointer holds for unfinished. */
async function leadsTo(
  deps: Pick<DeployDeps, 'deployments'>,
  { pending, inFlight }: ServicePointer,
): Promise<Deployment[]> {
  const ids = new Set([pending, inFlight].filter((id): id is DeploymentId => id !== undefined));
  const records = await Promise.all([...ids].map((id) => deps.deployments.get(id)));
  return records.flatMap((stored) => stored?.value ?? []);
}

/** Whether the pointer knows how far its deployments have come; a crash between two writes may have kept it from that. */
export async function isSettled(deps: Pick<DeployDeps, 'deployments'>, pointer: ServicePointer): Promise<boolean> {
  return (await leadsTo(deps, pointer)).reduce(settle, pointer) === pointer;
}

/** The service's pointer, brought up to its deployments. Under the service's lease. */
export async function settled(deps: DeployDeps, service: string): Promise<ServicePointer> {
  const pointer = await deps.pointers.get(service);
  const records = await leadsTo(deps, pointer);
  if (records.reduce(settle, pointer) === pointer) return pointer;
  // First, as the pointer leads to what succeeded only until it is settled.
  for (const record of records) await promote(deps, record);
  return deps.pointers.change(service, (current) => records.reduce(settle, current));
}
