/** Time as a port: milliseconds since the epoch, timers and sleeping, so that tests drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
  sleep(delayMs: number): Promise<void>;
}

/** The machine's own clock. Timers do not keep the process alive by themselves. */
export function realClock(): Clock {
  // setTimeout fires at once above 2^31-1 ms, so longer waits are cut into legs.
  const longest = 2_147_000_000;
  const setTimer = (delayMs: number, callback: () => void): (() => void) => {
    let timer: NodeJS.Timeout;
    const leg = (left: number) => {
      timer = setTimeout(
        () => (left > longest ? leg(left - longest) : callback()),
        Math.min(Math.max(left, 0), longest),
      );
      timer.unref();
    };
    leg(delayMs);
    return () => clearTimeout(timer);
  };
  return {
    now: () => Date.now(),
    setTimer,
    sleep: (delayMs) => new Promise((resolve) => void setTimeout(resolve, Math.max(delayMs, 0))),
  };
}

export interface VirtualClock extends Clock {
  /** Moves time forward, running due timers in order and letting promises settle after each. */
  advance(byMs: number): Promise<void>;
}

// Ten turns of the event loop: handlers that await real I/O on loopback need more than microtasks.
async function tenTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test advances it; `settle` waits until what a timer started has come to rest. */
export function virtualClock(startMs = Date.parse('2026-11-20T09:00:00Z'), settle = tenTurns): VirtualClock {
  let now = startMs;
  let sequence = 0;
  const timers: Timer[] = [];
  const setTimer = (delayMs: number, callback: () => void) => {
    const timer = { at: now + Math.max(delayMs, 0), id: sequence++, callback };
    timers.splice(placeOf(timers, timer), 0, timer);
    return () => {
      const index = placeOf(timers, timer);
      if (timers[index] === timer) timers.splice(index, 1);
    };
  };
  return {
    now: () => now,
    setTimer,
    sleep: (delayMs) => new Promise((resolve) => void setTimer(delayMs, resolve)),
    async advance(byMs) {
      const until = now + byMs;
      await settle();
      for (let next = timers[0]; next && next.at <= until; next = timers[0]) {
        timers.shift();
        now = Math.max(now, next.at);
        next.callback();
        await settle();
      }
      now = until;
    },
  };
}

interface Timer {
  at: number;
  id: number;
  callback: () => void;
}

/** Where a timer stands, or belongs, among timers in the order in which they are due: thousands of tasks have theirs. */
function placeOf(timers: readonly Timer[], { at, id }: Timer): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = timers[middle] as Timer;
    if (other.at < at || (other.at === at && other.id < id)) low = middle + 1;
    else high = middle;
  }
  return low;
}
