import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../../shared/aws/task.ts';
import { applyDecision, decideRun } from '../../../shared/run/decide-run.ts';
import { type Run, terminalRunStates } from '../../../shared/run/run.ts';
import { anAttempt, aRun, now } from '../../support/runs.ts';
import { aStoppedTask, aTask } from '../../support/task.ts';

const { startedAt: _, ...unstarted } = aTask();
const told: Task[] = [
  ...['PROVISIONING', 'PENDING', 'ACTIVATING'].map((lastStatus, version) => ({ ...unstarted, lastStatus, version })),
  aTask({ version: 3 }),
  aTask({ version: 4, desiredStatus: 'STOPPED', lastStatus: 'STOPPING' }),
  aStoppedTask({ stopCode: 'EssentialContainerExited' }, { exitCode: 0 }),
];
const launching = aRun({ state: 'launching', attempts: [anAttempt()] });

function follow(run: Run, task: Task): Run {
  const decision = decideRun(run, 1, task, now);
  return decision.kind === 'ignore' ? run : applyDecision(run, decision, task);
}

test('events lost, doubled and in any order end like those in order, as long as one tells the end', () => {
  const inOrder = told.reduce(follow, launching);
  expect(inOrder.state).toBe('succeeded');
  const events = fc.array(fc.constantFrom(...told), { maxLength: 20 });
  fc.assert(
    fc.property(events, events, (before, after) => {
      const end = told.at(-1) as Task;
      expect([...before, end, ...after].reduce(follow, launching)).toEqual(inOrder);
    }),
  );
});

test('states only go forward', () => {
  const rank = ['queued', 'launching', 'starting', 'running', 'succeeded'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...told)), (events) => {
      let run: Run = launching;
      for (const task of events) {
        const next = follow(run, task);
        expect(rank.indexOf(next.state)).toBeGreaterThanOrEqual(rank.indexOf(run.state));
        if (terminalRunStates.has(run.state)) expect(next).toBe(run);
        run = next;
      }
    }),
  );
});
