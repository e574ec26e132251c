import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { InvokeAsync } from '../../cloud/service.ts';
import type { Stack, StackFunction } from '../stack/stack.ts';
import { type DeadLetter, runAsynchronously } from './asynchronous.ts';
import type { FunctionError } from './messages.ts';
import { createPool, createWarm, type Pool } from './pool.ts';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

/** Lambda's limit is 1 000 per account; here each is a thread of some 30 MB: this many at once of one function … */
const SANDBOXES_PER_FUNCTION = 2;
/** … and this many idle ones of all functions. */
const WARM_SANDBOXES = 5;

/** What a caller who waits gets: the handler's result, or Lambda's description of its error. */
export type Invocation = { kind: 'done'; payload: unknown } | { kind: 'failed'; error: FunctionError };

export interface LambdaRuntime {
  /** Accepts an event for a function by ARN, deployed name or folder; retries and dead letters are its business. */
  invokeAsync: InvokeAsync;
  /** Calls and waits. Rejects only for a function nobody knows. */
  invoke(functionName: string, payload: unknown): Promise<Invocation>;
  /** Invocations that are running, waiting or going to be retried. */
  pending(): number;
  /** Ends every worker at once. */
  close(): Promise<void>;
}

export interface LambdaOptions extends Pick<SandboxOptions, 'awsUrl' | 'log'> {
  stack: Stack;
  /** Absolute paths of the bundles by function folder. */
  bundles: Readonly<Record<string, string>>;
  clock: Clock;
  deadLetter(letter: DeadLetter): void | Promise<void>;
}

/** Runs the functions' real bundles, each in worker threads of its own, as Lambda does. */
export function createLambdaRuntime(options: LambdaOptions): LambdaRuntime {
  const { stack, bundles, clock, deadLetter } = options;
  const pools = new Map<string, Pool>();
  const warm = createWarm(WARM_SANDBOXES);
  let pending = 0;
  let closed = false;

  function functionOf(given: string): StackFunction {
    const found = Object.values(stack.functions).find(({ name, functionName, arn }) =>
      [name, functionName, arn].includes(given),
    );
    if (!found) throw new Error(`No function ${given} in serverless.yml`);
    return found;
  }
  function poolOf(called: StackFunction): Pool {
    const existing = pools.get(called.name);
    if (existing) return existing;
    const bundle = bundles[called.name];
    if (!bundle) throw new Error(`No bundle of ${called.name}: is there a functions/${called.name}/handler.ts?`);
    const start = () => createSandbox(called, { ...options, region: stack.region, bundle });
    const pool = createPool(start, SANDBOXES_PER_FUNCTION, warm);
    pools.set(called.name, pool);
    return pool;
  }
  async function counted<T>(work: Promise<T>): Promise<T> {
    pending++;
    try {
      return await work;
    } finally {
      pending--;
    }
  }
  return {
    invokeAsync(functionArn, payload) {
      const called = functionOf(functionArn);
      const pool = poolOf(called);
      void counted(
        runAsynchronously(JSON.stringify(payload), called.deadLetterArn, {
          clock,
          run: pool.run,
          deadLetter,
          closed: () => closed,
        }),
      );
    },
    async invoke(functionName, payload) {
      const outcome = await counted(poolOf(functionOf(functionName)).run(randomUUID(), JSON.stringify(payload)));
      if (outcome.kind === 'failed') return outcome;
      return { kind: 'done', payload: outcome.result === undefined ? undefined : JSON.parse(outcome.result) };
    },
    pending: () => pending,
    async close() {
      closed = true;
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
