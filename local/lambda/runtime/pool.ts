import type { Outcome } from './messages.ts';
import type { Sandbox } from './sandbox.ts';

/** The sandboxes of one function: idle ones are used again, a new one is started while there are fewer than `limit`. */
export interface Pool {
  /** Waits its turn while `limit` sandboxes are busy. */
  run(requestId: string, payload: string): Promise<Outcome>;
  close(): Promise<void>;
}

const stopped: Outcome = {
  kind: 'failed',
  error: { errorType: 'Runtime.ExitError', errorMessage: 'The local system stops' },
};

/** Idle sandboxes of all functions: at most `most` stay warm, the one that rested longest ends first. */
export interface Warm {
  rest(sandbox: Sandbox): void;
  wake(sandbox: Sandbox): void;
}

export function createWarm(most: number): Warm {
  const resting = new Set<Sandbox>();
  return {
    rest(sandbox) {
      resting.add(sandbox);
      const [oldest] = resting;
      if (resting.size <= most || !oldest) return;
      resting.delete(oldest);
      void oldest.close();
    },
    wake: (sandbox) => void resting.delete(sandbox),
  };
}

export function createPool(start: () => Sandbox, limit: number, warm: Warm): Pool {
  const idle: Sandbox[] = [];
  const all = new Set<Sandbox>();
  const waiting: ((sandbox: Sandbox | undefined) => void)[] = [];
  let closed = false;

  function add(): Sandbox {
    const sandbox = start();
    all.add(sandbox);
    return sandbox;
  }
  /** Undefined once the pool is closed. */
  async function acquire(): Promise<Sandbox | undefined> {
    if (closed) return undefined;
    const free = idle.pop();
    if (free) warm.wake(free);
    if (free?.alive()) return free;
    // It crashed or was ended while it was idle.
    if (free) all.delete(free);
    if (free || all.size < limit) return add();
    return new Promise((resolve) => void waiting.push(resolve));
  }
  function release(sandbox: Sandbox): void {
    if (!sandbox.alive()) all.delete(sandbox);
    if (closed) return;
    const next = waiting.shift();
    if (next) next(sandbox.alive() ? sandbox : add());
    else if (sandbox.alive()) {
      idle.push(sandbox);
      warm.rest(sandbox);
    }
  }
  return {
    async run(requestId, payload) {
      const sandbox = await acquire();
      if (!sandbox) return stopped;
      try {
        return await sandbox.invoke(requestId, payload);
      } finally {
        release(sandbox);
      }
    },
    async close() {
      closed = true;
      for (const give of waiting.splice(0)) give(undefined);
      await Promise.all([...all].map((sandbox) => sandbox.close()));
    },
  };
}
