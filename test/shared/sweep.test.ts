import { expect, test } from 'vitest';
import { sweepAll } from '../../shared/sweep.ts';

test('a domain that fails does not stop the others, and the sweep fails at its end, naming it', async () => {
  const done: string[] = [];
  const logged: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message: string) => void logged.push(message),
  };
  const sweeps = [
    { name: 'runs', run: () => Promise.reject(new Error('no table')) },
    { name: 'deployments', run: async () => done.push('deployments') },
  ];
  await expect(sweepAll(sweeps, log)).rejects.toThrow('runs: no table');
  expect(done).toEqual(['deployments']);
  expect(logged).toEqual(['sweep of runs failed']);
});
