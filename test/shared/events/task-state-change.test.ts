import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runIdOf } from '../../../shared/core/ids.ts';
import { parseTaskStateChange, readStartedBy, startedByOf } from '../../../shared/events/task-state-change.ts';

const folder = new URL('../../fixtures/aws-events/ecs/', import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const running = () => sample('01-ecs-task-state-change-running.json');
const withDetail = (change: object) => ({ ...running(), detail: { ...running().detail, ...change } });
const id = runIdOf('a', 'trigger');

test.each(readdirSync(folder))("AWS's sample %s is parsed, or ignored with a reason", (name) => {
  const parsed = parseTaskStateChange(sample(name));
  expect(parsed.kind).toBe('ignored');
  expect(parsed.kind === 'ignored' && parsed.why).toBeTruthy();
});

test("a run's task is told by startedBy, which survives the way there and back", () => {
  const startedBy = startedByOf('prod', id, 3);
  expect(startedBy).toMatch(/^[A-Za-z0-9\-/_]{1,128}$/);
  expect(readStartedBy(startedBy)).toEqual({ stage: 'prod', runId: id, attempt: 3 });
  const parsed = parseTaskStateChange(withDetail({ startedBy, stopCode: 'UserInitiated' }));
  expect(parsed).toMatchObject({
    kind: 'event',
    value: {
      kind: 'run-task',
      stage: 'prod',
      runId: id,
      attempt: 3,
      complete: true,
      task: { id: 'c13b4cb40f1f4fe4a2971f76ae5a47ad', version: 4, lastStatus: 'RUNNING', stopCode: 'UserInitiated' },
    },
  });
});

test("a service's task is told by its group", () => {
  expect(parseTaskStateChange(withDetail({ group: 'service:shop-api', startedBy: 'ecs-svc/1' }))).toMatchObject({
    value: { kind: 'service-task', service: 'shop-api' },
  });
});

test('overrides, which carry variables in clear, are not taken along', () => {
  const environment = [{ name: 'PASSWORD', value: 'hunter2' }];
  const parsed = parseTaskStateChange(
    withDetail({ startedBy: startedByOf('prod', id, 1), overrides: { containerOverrides: [{ environment }] } }),
  );
  expect(JSON.stringify(parsed)).not.toContain('hunter2');
});

test('an event without containers or version is not complete, so ECS is asked', () => {
  const spot = sample('spot-current-stopcode-SpotInterruption.json');
  const parsed = parseTaskStateChange({ ...spot, detail: { ...spot.detail, startedBy: startedByOf('prod', id, 1) } });
  expect(parsed).toMatchObject({ value: { complete: false, task: { desiredStatus: 'STOPPED', containers: [] } } });
});

describe("other people's tasks", () => {
  test.each(['someone', 'batuta/prod/not-a-run/1', `batuta/prod/${id}`, `x/batuta/prod/${id}/1`, ''])(
    'startedBy %j is not ours',
    (startedBy) => {
      expect(parseTaskStateChange(withDetail({ startedBy }))).toMatchObject({ kind: 'ignored', level: 'debug' });
    },
  );
});

test.each([
  undefined,
  null,
  7,
  'x',
  [],
  {},
  { source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail: 'x' },
  withDetail({ taskArn: 5 }),
])('an unknown shape (%#) is ignored', (raw) => expect(parseTaskStateChange(raw).kind).toBe('ignored'));
