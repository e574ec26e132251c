import { dirname, join } from 'node:path';
import { type System, startSystem } from '../../local/system.ts';
import { benchConfig } from './paths.ts';

export interface Call {
  service: string;
  operation: string;
  /** Batuta's functions; false for this benchmark's own clients. */
  byFunction: boolean;
}

/** The system in this process, with the calls that its endpoint answered so far. */
export interface CountedSystem {
  system: System;
  /** Forgets the calls so far. */
  reset(): void;
  calls(): readonly Call[];
}

export async function startCounted(): Promise<CountedSystem> {
  let calls: Call[] = [];
  let roles = new Set<string>();
  const system = await startSystem({
    configFile: benchConfig,
    localFile: join(dirname(benchConfig), 'batuta.local.yml'),
    apiPort: 0,
    awsPort: 0,
    onEvent: () => {},
    onNotification: () => {},
    onCall: (service, operation, key) => calls.push({ service, operation, byFunction: roles.has(key) }),
  });
  roles = new Set(Object.values(system.stack.functions).map(({ roleName }) => roleName));
  const reset = () => {
    calls = [];
  };
  return { system, reset, calls: () => calls };
}

/** How many calls of these services were made up to the first `last` and with it; undefined before it. */
export function countTo(calls: readonly Call[], services: readonly string[], last: string): number | undefined {
  const counted = calls.filter(({ service }) => services.includes(service));
  const index = counted.findIndex(({ operation }) => operation === last);
  return index < 0 ? undefined : index + 1;
}
