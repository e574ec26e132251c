import type { Context } from 'aws-lambda';
import type { Parser } from '../events/parse.ts';
import { processRuntime } from './process-runtime.ts';
import type { Runtime } from './runtime.ts';

export interface Definition<Event, Deps, Result> {
  /** The folder's name: `follow-task`. */
  name: string;
  event: Parser<Event>;
  /** Builds gateways and stores, once per cold start. */
  connect(runtime: Omit<Runtime, 'remainingMs'>): Deps;
  run(event: Event, deps: Deps, runtime: Runtime): Promise<Result>;
}

export interface DefinedHandler<Event, Deps, Result> {
  (raw: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Result | undefined>;
  definition: Definition<Event, Deps, Result>;
}

/**
 * Parses and runs one event. What is not ours is one log line and no failure; errors are logged by
 * name and rethrown, so that Lambda retries and the DLQ gets what stays broken.
 */
export async function runDefinition<Event, Deps, Result>(
  { name, event, run }: Definition<Event, Deps, Result>,
  raw: unknown,
  deps: Deps,
  runtime: Runtime,
): Promise<Result | undefined> {
  const parsed = event(raw);
  if (parsed.kind === 'ignored') {
    runtime.log[parsed.level](`${name}: ignored: ${parsed.why}`);
    return undefined;
  }
  const startedAt = runtime.now();
  try {
    const result = await run(parsed.value, deps, runtime);
    runtime.log.info(`${name}: done`, { tookMs: runtime.now() - startedAt });
    return result;
  } catch (error) {
    runtime.log.error(`${name}: failed`, { error: (error as Error).name, message: (error as Error).message });
    throw error;
  }
}

/** The only wrapper around a handler. */
export function defineHandler<Event, Deps, Result>(
  definition: Definition<Event, Deps, Result>,
): DefinedHandler<Event, Deps, Result> {
  let warm: { runtime: Omit<Runtime, 'remainingMs'>; deps: Deps } | undefined;
  const handler = async (raw: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) => {
    if (!warm) {
      const runtime = processRuntime();
      warm = { runtime, deps: definition.connect(runtime) };
    }
    return runDefinition(definition, raw, warm.deps, {
      ...warm.runtime,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
  };
  return Object.assign(handler, { definition });
}
