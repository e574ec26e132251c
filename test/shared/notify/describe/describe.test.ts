import { expect, test } from 'vitest';
import { toInstant } from '../../../../shared/core/time.ts';
import type { Deployment } from '../../../../shared/deploy/deployment.ts';
import { describeDeployment } from '../../../../shared/notify/describe/describe-deployment.ts';
import { describeRun } from '../../../../shared/notify/describe/describe-run.ts';
import { inWords, plainText } from '../../../../shared/notify/message.ts';
import { aDeployment } from '../../../support/deployments.ts';
import { aRun } from '../../../support/runs.ts';

const at = toInstant('2026-11-20T10:00:00Z');
const failed = { kind: 'exit', cause: 'exit code 3 of container job', hint: 'read the log', exitCode: 3 };
const ended = { startedAt: at, finishedAt: toInstant(at + 125_000), log: { group: 'g', stream: 's' } };

test('a failed run says what, why, what to do and where the log is', () => {
  const message = describeRun(aRun({ ...ended, state: 'failed', outcome: failed }));
  expect(message).toMatchObject({ severity: 'error', news: 'failed', cause: failed.cause, hint: failed.hint });
  const text = plainText(message as NonNullable<typeof message>);
  expect(text).toMatch(/^Error: \S+ failed after 2 min 5 s\n/);
  expect(text).toMatch(/\nWhy: exit code 3 of container job\nWhat to do: read the log\n/);
  expect(text).toMatch(/^Read its log: batuta logs r-\S+$/m);
});

test.each(['queued', 'launching', 'starting'] as const)('a run that is %s is no news', (state) => {
  expect(describeRun(aRun({ state }))).toBeUndefined();
});

test('repeated causes are folded into one with a count', () => {
  const crash = { ...failed, cause: 'exit code 1 of container api', stoppedAt: at };
  const crashes = Object.fromEntries(['a', 'b', 'c'].map((id) => [id, { ...crash, taskArn: `arn/${id}` }]));
  const message = describeDeployment(aDeployment({ state: 'rolling-back', crashes }));
  expect(message?.facts).toContainEqual({ label: 'Tasks that died', value: 'exit code 1 of container api (3 tasks)' });
});

test('on the way back the revisions are told in the order of the way', () => {
  const sides = { from: { taskDefinitionArn: 'arn/web:1' }, to: { taskDefinitionArn: 'arn/web:2' } };
  const value = (state: Deployment['state']) =>
    describeDeployment(aDeployment({ ...sides, state }))?.facts.find(({ label }) => label === 'Revision')?.value;
  expect(value('succeeded')).toBe('web:1 → web:2');
  expect(value('rolled-back')).toBe('web:2, back to web:1');
});

test.each<[Deployment['state'], 'info' | 'warning' | 'error']>([
  ['preparing', 'info'],
  ['rolling', 'info'],
  ['verifying', 'info'],
  ['skipped', 'warning'],
  ['succeeded', 'info'],
  ['superseded', 'info'],
  ['rolling-back', 'error'],
  ['rolled-back', 'error'],
  ['failed', 'error'],
])('a deployment that is %s has the severity %s', (state, severity) => {
  expect(describeDeployment(aDeployment({ state }))?.severity).toBe(severity);
});

test.each([
  [900, '0.9 s'],
  [59_400, '59 s'],
  [125_000, '2 min 5 s'],
  [2 * 3_600_000 + 600_000, '2 h 10 min'],
  [47 * 3_600_000 + 59 * 60_000, '47 h 59 min'],
  [51 * 3_600_000, '2 d 3 h'],
])('%s ms is %s', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});
