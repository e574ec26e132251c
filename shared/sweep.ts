import type { Log } from './lambda/runtime.ts';

/** One domain's look at the truth. */
export interface Sweep {
  name: string;
  run(): Promise<unknown>;
}

/** Runs each, whatever happens to the others. @throws AggregateError at the end, naming those that failed */
export async function sweepAll(sweeps: readonly Sweep[], log: Log): Promise<void> {
  const failures: Error[] = [];
  for (const { name, run } of sweeps) {
    try {
      await run();
    } catch (error) {
      log.error(`sweep of ${name} failed`, { error: (error as Error).name, message: (error as Error).message });
      failures.push(new Error(`${name}: ${(error as Error).message}`, { cause: error }));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}
