import type { CrashedTask, Deployment } from './deployment.ts';

const windowMs = 10 * 60_000;
const manyCrashes = 3;

/** The crashes of the first window that holds three different tasks; undefined where there is none. */
export function crashLoop(crashes: Deployment['crashes']): readonly CrashedTask[] | undefined {
  const inOrder = Object.values(crashes).sort((a, b) => a.stoppedAt - b.stoppedAt);
  for (let first = 0; first + manyCrashes <= inOrder.length; first++) {
    const window = inOrder.slice(first, first + manyCrashes);
    const [from, to] = [window[0], window.at(-1)];
    if (from && to && to.stoppedAt - from.stoppedAt <= windowMs) return window;
  }
  return undefined;
}
