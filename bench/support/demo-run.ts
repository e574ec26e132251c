import { npmStart } from '../../test/support/npm-start.ts';
import { once } from './once.ts';

const LOOK_EVERY_MS = 50;

export interface DemoRun {
  /** From the command until it is ready, and until it has ended. */
  readySeconds: number;
  seconds: number;
  peakMemoryMB: number;
}

/**
 * One `npm start -- --once`.
 * @throws Error when an expectation of the demo did not hold.
 */
export const demoRun = once(async (): Promise<DemoRun> => {
  const started = npmStart(['--once']);
  await started.next('ready');
  const readySeconds = started.elapsedMs() / 1000;
  let peakMemoryMB = started.peakMemoryMB();
  const looking = setInterval(() => {
    try {
      peakMemoryMB = started.peakMemoryMB();
    } catch {
      // It is ending: the last look counts.
    }
  }, LOOK_EVERY_MS);
  const code = await started.ended;
  clearInterval(looking);
  if (code !== 0) throw new Error(`npm start -- --once ended with exit code ${code}`);
  return { readySeconds, seconds: started.elapsedMs() / 1000, peakMemoryMB };
});
