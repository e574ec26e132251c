import { isCrowded, isThrottle } from '../aws/connection.ts';
import type { DeployDeps } from './connect.ts';

/** What must be left of an invocation after the last wait: writes, UpdateService and its 10 s, the lease given back. */
const reserveMs = 20_000;
// Registering task definitions comes back at one a second (ECS developer guide, "Request throttling").
const waitMs = 1_000;

/** Whether AWS refused for now and did nothing: another time it will not. */
export const isRefusedForNow = (error: unknown): boolean =>
  [error, (error as Error).cause].some((one) => one instanceof Error && (isThrottle(one) || isCrowded(one)));

const gateways = ['ecs', 'ecr', 'manifests', 'scans', 'secrets', 'runners'] as const;
type PatientDeps = Pick<DeployDeps, (typeof gateways)[number] | 'sleep'>;

/**
 * The same dependencies, whose calls to AWS wait for the account's rate instead of failing, as long as the
 * invocation's time suffices; then they fail as they did. The table and the bus are not of them.
 */
export function patient<Deps extends PatientDeps>(deps: Deps, remainingMs: () => number): Deps {
  async function persist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isRefusedForNow(error) || remainingMs() < reserveMs + waitMs) throw error;
        await deps.sleep(waitMs);
      }
    }
  }
  const patiently = gateways.map((name) => [name, persistent(deps[name], persist)]);
  return { ...deps, ...Object.fromEntries(patiently) };
}

type Persist = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

function persistent<Gateway extends object>(gateway: Gateway, persist: Persist): Gateway {
  const methods = Object.entries(gateway) as [string, (...args: unknown[]) => Promise<unknown>][];
  const wrapped = methods.map(([name, method]) => [name, (...args: unknown[]) => persist(() => method(...args))]);
  return Object.fromEntries(wrapped) as Gateway;
}
