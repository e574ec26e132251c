import { expect, test } from 'vitest';
import { toInstant } from '../../../shared/core/time.ts';
import type { Alert } from '../../../shared/notify/alerts/alert.ts';
import { decideTrouble } from '../../../shared/notify/alerts/decide-alert.ts';
import { troubleOfLetters } from '../../../shared/watch/dead-letters.ts';

const now = toInstant('2026-11-20T09:00:00Z');
const queue = (name: string, count: number) => ({ url: `https://sqs.x.amazonaws.com/1/batuta-prod-${name}`, count });
const batuta = { kind: 'batuta', name: 'dead letters' } as const;

test('each letter counts once, however often the queue is looked at, and more of them count as so many more', () => {
  let alert: Alert | undefined;
  const look = (count: number) => {
    const letters = queue('sweep-dead-letters', count);
    alert = decideTrouble(alert, batuta, troubleOfLetters(letters, [letters], now), now) ?? alert;
    return alert?.causes['dead-letters']?.count;
  };
  expect([3, 3, 2, 5, 5, 1].map(look)).toEqual([3, 3, 3, 5, 5, 5]);
  expect(look(10_000)).toBe(55);
});

test('the function whose events they are is named, also of what Scheduler could not hand over', () => {
  const [sweep, schedules] = [queue('sweep-dead-letters', 1), queue('schedules-dead-letters', 2)];
  const all = [schedules, sweep];
  expect(troubleOfLetters(sweep, all, now)).toMatchObject({
    cause: expect.stringMatching(/^batuta-prod-sweep gave up 1 letter:/),
    facts: [{ label: 'batuta-prod-schedules-dead-letters', value: '2 letters' }, { value: '1 letter' }],
  });
  expect(troubleOfLetters(schedules, all, now).hint).toContain('--function-name batuta-prod-start-scheduled-run ');
});

test('the queue and the log of the function are offered as pages of the console', () => {
  const letters = { url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/batuta-prod-sweep-dead-letters', count: 1 };
  expect(troubleOfLetters(letters, [letters], now).links).toEqual([
    {
      label: 'Queue in SQS',
      url: 'https://eu-west-1.console.aws.amazon.com/sqs/v3/home?region=eu-west-1#/queues/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F111122223333%2Fbatuta-prod-sweep-dead-letters',
    },
    {
      label: 'Log',
      url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fbatuta-prod-sweep',
    },
  ]);
  const local = { url: 'http://127.0.0.1:4566/123456789012/batuta-prod-sweep-dead-letters', count: 1 };
  expect(troubleOfLetters(local, [local], now).links).toEqual([]);
});
