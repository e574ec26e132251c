import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plus } from '../../../../shared/core/time.ts';
import type { Deployment, DeploymentState } from '../../../../shared/deploy/deployment.ts';
import { parseTaskStateChange } from '../../../../shared/events/task-state-change.ts';
import { describeDeployment } from '../../../../shared/notify/describe/describe-deployment.ts';
import { describeRun } from '../../../../shared/notify/describe/describe-run.ts';
import { type Message, plainText } from '../../../../shared/notify/message.ts';
import { newsKinds } from '../../../../shared/notify/news-kind.ts';
import { redactMessage } from '../../../../shared/notify/redact-message.ts';
import type { Run, RunState, RunTrigger } from '../../../../shared/run/run.ts';
import { endOfTask } from '../../../../shared/run/run-end.ts';
import { aDeployment, crashesAt, minutesIn, shopApi } from '../../../support/deployments.ts';
import { anAttempt, aRun, now } from '../../../support/runs.ts';

const hostile = fc.oneof(
  fc.constantFrom(
    ...['<!channel> <@U1>', '@everyone', '`code` *b*', '[x](http://evil)', '\u202eevil', '\u001b[31mred', '\ud800', ''],
    ...[
      '__proto__',
      'x'.repeat(20_000),
      '🦊'.repeat(10_000),
      '\u0000\u0007',
      '$& $1',
      'arn:aws:ecs:::task/',
      'a\nb\r\nc',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const cause = fc.record({ kind: hostile, cause: hostile, hint: hostile });

/** What everybody who renders it may count on. */
function expectGood(message: Message | undefined): void {
  if (!message) return;
  const told = redactMessage(message);
  expect(newsKinds).toContain(told.kind);
  expect(told.title.trim()).not.toBe('');
  expect(typeof told.subject).toBe('string');
  expect(told.news).not.toBe('');
  expect(Number.isFinite(told.at)).toBe(true);
  for (const { label, value } of told.facts) expect([label === '', value.length > 2000]).toEqual([false, false]);
  for (const { url } of told.links ?? []) expect(new URL(url).protocol).toBe('https:');
  const text = plainText(told);
  expect(text.length).toBeLessThan(110_000);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be told
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
}

const runStates: RunState[] = [
  ...(['queued', 'launching', 'starting', 'running', 'succeeded'] as const),
  ...(['failed', 'timed-out', 'stopped', 'lost', 'skipped'] as const),
];
const triggers = hostile.chain((text) =>
  fc.constantFrom<RunTrigger>(
    { kind: 'schedule', scheduleArn: text, scheduledTime: text },
    { kind: 'api', caller: text, idempotencyKey: text, requestHash: text },
    { kind: 'job', run: text as never, job: text, as: 'then' },
    { kind: 'expectation', since: '2026-11-20T09:00:00Z' },
  ),
);
const runs: fc.Arbitrary<Run> = fc
  .record({
    state: fc.constantFrom(...runStates),
    job: hostile.map((text) => text.trim() || 'report'),
    trigger: triggers,
    outcome: cause,
    note: hostile,
    logTail: fc.array(hostile, { maxLength: 30 }),
    log: fc.record({ group: hostile, stream: hostile }),
    params: fc.dictionary(hostile, hostile, { maxKeys: 3 }),
    outputs: fc.dictionary(hostile, hostile, { maxKeys: 3 }),
    attempts: fc.array(
      hostile.map((arn) => anAttempt({ taskArn: arn as never })),
      { maxLength: 3 },
    ),
    finishedAt: fc.constantFrom(now, plus(now, 1)),
  })
  .map((parts) => aRun(parts));

test('no record of a run makes news that cannot be told', () => {
  fc.assert(
    fc.property(runs, (run) => expectGood(describeRun(run))),
    { numRuns: 150 },
  );
});

const deploymentStates: DeploymentState[] = [
  ...(['held', 'preparing', 'rolling', 'verifying', 'succeeded'] as const),
  ...(['rolling-back', 'rolled-back', 'failed', 'skipped', 'superseded'] as const),
];
const deployments: fc.Arbitrary<Deployment> = fc
  .record({
    state: fc.constantFrom(...deploymentStates),
    service: hostile.map((text) => text.trim() || 'shop-api'),
    tag: hostile,
    arn: hostile,
    outcome: fc.record({ reason: hostile, hint: hostile }),
    why: hostile,
    crash: cause,
    logTail: fc.array(hostile, { maxLength: 30 }),
    group: hostile,
  })
  .map(({ state, service, tag, arn, outcome, why, crash, logTail, group }) =>
    aDeployment({
      state,
      service,
      spec: { ...shopApi, service: tag, cluster: arn },
      image: { ...aDeployment().image, tag },
      from: { taskDefinitionArn: arn, tag },
      to: { taskDefinitionArn: arn },
      outcome,
      holds: [{ kind: 'approval', why, until: minutesIn(1) }],
      crashes: Object.fromEntries(
        Object.entries(crashesAt(1, 2)).map(([id, known]) => [id, { ...known, ...crash, taskArn: arn, logTail }]),
      ),
      logs: [{ container: 'api', group, prefix: group }],
    }),
  );

test('no record of a deployment makes news that cannot be told', () => {
  fc.assert(
    fc.property(deployments, (deployment) => expectGood(describeDeployment(deployment))),
    { numRuns: 150 },
  );
});

const folder = new URL('../../../fixtures/aws-events/ecs/', import.meta.url);
const taskEvents = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
  .filter((event) => event['detail-type'] === 'ECS Task State Change');

test("a task's end is told whatever its event lacks", () => {
  expect(taskEvents.length).toBeGreaterThan(2);
  for (const event of taskEvents)
    for (const key of [undefined, ...Object.keys(event.detail)]) {
      const detail = { ...event.detail, lastStatus: 'STOPPED', startedBy: 'batuta/test/r-aaaaaaaaaaaaaaaaaaaaaaaa/1' };
      if (key !== undefined) delete detail[key];
      const parsed = parseTaskStateChange({ ...event, detail });
      if (parsed.kind !== 'event') continue;
      const end = endOfTask(aRun({ state: 'running', attempts: [anAttempt()] }), parsed.value.task, now);
      const { state, outcome, at } = end;
      const message = describeRun(aRun({ state, finishedAt: at, ...(outcome ? { outcome } : {}) }));
      expect(message?.title).toMatch(/^report /);
      expectGood(message);
    }
});
