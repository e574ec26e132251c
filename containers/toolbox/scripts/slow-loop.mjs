// Counts slowly, to watch progress, stopping and deadlines: slow-loop.mjs [STEPS] [MILLISECONDS PER STEP]
import { setTimeout as sleep } from 'node:timers/promises';

const [steps, stepMs] = [process.argv[2] ?? '10', process.argv[3] ?? '1000'].map(Number);
if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(stepMs) || stepMs < 0) {
  console.error('slow-loop.mjs: usage: slow-loop.mjs [STEPS] [MILLISECONDS PER STEP], both whole numbers');
  process.exit(64);
}

let done = 0;
process.on('SIGTERM', () => {
  console.log(`stopped by SIGTERM after ${done} of ${steps} steps`);
  process.exit(143);
});

while (done < steps) {
  await sleep(stepMs);
  done++;
  console.log(`::progress ${Math.floor((100 * done) / steps)} step ${done} of ${steps}`);
}
console.log(`::output steps=${steps}`);
