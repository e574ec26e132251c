import { expect, test } from 'vitest';
import { type Instant, plus, toInstant } from '../../../../shared/core/time.ts';
import type { Alert, Trouble } from '../../../../shared/notify/alerts/alert.ts';
import { decideTrouble } from '../../../../shared/notify/alerts/decide-alert.ts';
import { decideOver } from '../../../../shared/notify/alerts/decide-over.ts';
import { decideTelling } from '../../../../shared/notify/alerts/decide-telling.ts';
import { describeAlert } from '../../../../shared/notify/describe/describe-alert.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = toInstant('2026-11-20T14:02:00Z');
const job = { kind: 'job', name: 'db-backup' } as const;
const service = { kind: 'service', name: 'shop-api' } as const;
const at = (minutes: number) => plus(start, minutes * minute);

const failure = (id: string, minutes: number, rest: Partial<Trouble> = {}): Trouble => ({
  key: 'failed:exit:1',
  kind: 'run-failed',
  cause: 'exit code 1 of container job',
  id,
  at: at(minutes),
  about: { kind: 'run', id },
  heardBy: { channels: ['ops'] },
  ...rest,
});

/** A subject's alert through time: what is told, at which minute. */
function through(subject: typeof job | typeof service = job, repeatMs = 4 * hour) {
  let alert: Alert | undefined;
  const told: string[] = [];
  const keep = (next: Alert | undefined, minutes: number) => {
    if (!next) return;
    const [before, message] = [alert?.news, describeAlert(next)];
    if (message && next.news !== before) told.push(`${minutes}: ${message.title}`);
    alert = next;
  };
  /** Each minute on the way, as the sweep does. */
  let clock = 0;
  const pass = (to: number) => {
    for (; clock <= to; clock++) if (alert) keep(decideTelling(alert, at(clock), { ops: repeatMs }), clock);
  };
  return {
    told,
    pass,
    alert: () => alert as Alert,
    fail(trouble: Trouble) {
      const minutes = (trouble.at - start) / minute;
      pass(Math.floor(minutes));
      const before = Object.values(alert?.causes ?? {}).map(({ first }) => first?.id);
      keep(decideTrouble(alert, subject, { repeats: { ops: repeatMs }, ...trouble }, trouble.at), minutes);
      const after = Object.values(alert?.causes ?? {}).map(({ first }) => first?.id);
      if (trouble.about && after.includes(trouble.about.id) && !before.includes(trouble.about.id))
        told.push(`${minutes}: ${trouble.about.id} itself`);
    },
    end(minutes: number, by = 'good') {
      pass(minutes);
      if (alert) keep(decideOver(alert, { at: at(minutes), by: { kind: 'run', id: by } }), minutes);
    },
  };
}

test('the first failure is told by its run, repeats after 10 min, and then the end with how often and since when', () => {
  const life = through();
  for (let run = 0; run < 13; run++) life.fail(failure(`r${run}`, run / 2));
  life.pass(30);
  life.end(40);
  expect(life.told).toEqual([
    '0: r0 itself',
    '10: db-backup failed 12 more times in 10 min',
    '40: db-backup succeeds again: failed 13 times since 14:02 UTC',
  ]);
});

test('500 tasks that crash are at most three messages in the first hour, the end among them', () => {
  const life = through(service);
  for (let task = 0; task < 500; task++)
    life.fail(failure(`t${task}`, task * 0.1, { about: undefined as never, kind: 'service-crash-loop', key: 'crash' }));
  life.end(59);
  expect(life.told).toEqual([
    '0: shop-api keeps crashing',
    '10: shop-api keeps crashing: 99 more times in 10 min',
    '59: shop-api is well again, after 59 min 0 s',
  ]);
});

test('while it goes on it is told after an hour, and then every `repeat`', () => {
  const life = through(job, 2 * hour);
  for (let run = 0; run < 60 * 6; run++) life.fail(failure(`r${run}`, run));
  expect(life.told).toEqual([
    '0: r0 itself',
    '10: db-backup failed 9 more times in 10 min',
    '60: db-backup failed 50 more times in 50 min',
    '180: db-backup failed 120 more times in 2 h',
    '300: db-backup failed 120 more times in 2 h',
  ]);
});

test('a job that fails each night is told in full each night, and not in between', () => {
  const life = through();
  for (let night = 0; night < 3; night++) life.fail(failure(`night${night}`, night * 24 * 60));
  life.pass(4 * 24 * 60);
  expect(life.told).toEqual(['0: night0 itself', '1440: night1 itself', '2880: night2 itself']);
});

test('what lasts is reminded of until it is over, also where nothing new is seen', () => {
  const life = through(service);
  life.fail(failure('look', 0, { about: undefined as never, kind: 'service-short', key: 'short' }));
  life.end(9 * 60);
  expect(life.told).toEqual([
    '0: shop-api runs fewer tasks than it should',
    '240: shop-api runs fewer tasks than it should, since 14:02 UTC',
    '480: shop-api runs fewer tasks than it should, since 14:02 UTC',
    '540: shop-api is well again, after 9 h 0 min',
  ]);
});

test('a second cause is told in full too, and repeats of both are folded to the hour', () => {
  const life = through();
  life.fail(failure('r1', 0));
  life.fail(failure('r2', 1, { key: 'failed:oom', cause: 'out of memory' }));
  life.fail(failure('r3', 2));
  life.fail(failure('r4', 3, { key: 'failed:oom', cause: 'out of memory' }));
  life.pass(70);
  expect(life.told).toEqual(['0: r1 itself', '1: r2 itself', '60: db-backup failed 2 more times in 59 min']);
  expect(describeAlert(life.alert())?.cause).toBe('out of memory (2 times); exit code 1 of container job (2 times)');
});

test('a job that fails and succeeds in turn is told, and then that it does so', () => {
  const life = through();
  for (let run = 0; run < 60; run += 2) {
    life.fail(failure(`r${run}`, run));
    life.end(run + 1);
  }
  life.pass(61);
  expect(life.told).toEqual([
    '0: r0 itself',
    '1: db-backup succeeds again: failed once, at 14:02 UTC',
    '2: r2 itself',
    '60: db-backup failed on and off: 30 times since 14:02 UTC',
  ]);
});

test('an old failure that comes again after the end reopens nothing', () => {
  const life = through();
  life.fail(failure('r1', 0));
  life.end(5);
  expect(decideTrouble(life.alert(), job, failure('r1', 0), at(6))).toBeUndefined();
  life.fail(failure('late', 6, { at: at(3) }));
  expect(life.alert()).toMatchObject({ state: 'closed', causes: { 'failed:exit:1': { count: 2 } } });
  expect(decideTrouble(life.alert(), job, failure('late', 6, { at: at(3) }), at(6))).toBeUndefined();
});

test('a success before the last failure ends nothing', () => {
  const life = through();
  life.fail(failure('r1', 5));
  expect(decideOver(life.alert(), { at: at(4) })).toBeUndefined();
});

test('of two causes the end of one is not the end', () => {
  const life = through(service);
  const other = { about: undefined as never, kind: 'service-short' as const };
  life.fail(failure('a', 0, { ...other, key: 'short' }));
  life.fail(failure('b', 1, { ...other, key: 'crash', kind: 'service-crash-loop' }));
  const half = decideOver(life.alert(), { at: at(2), causes: ['short'] }) as Alert;
  expect(half.state).toBe('open');
  expect(decideOver(half, { at: at(3), causes: ['crash'] })?.state).toBe('closed');
});

test('a hundred causes are counted as eight, and thousands of occurrences take bounded room', () => {
  let alert: Alert | undefined;
  for (let n = 0; n < 2_000; n++)
    alert = decideTrouble(alert, job, failure(`r${n}`, n / 100, { key: `k${n % 100}` }), at(n / 100)) ?? alert;
  expect(Object.keys(alert?.causes ?? {})).toHaveLength(8);
  expect(Object.values(alert?.causes ?? {}).reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
  expect(JSON.stringify(alert).length).toBeLessThan(60_000);
  expect(decideTrouble(alert, job, failure('r5', 0.05, { key: 'k5' }), at(100))).toBeUndefined();
});

test('what a silence holds back is told when it ends, if it goes on', () => {
  const silenced = { channels: ['team'], silencedUntil: at(30) };
  const first = decideTrouble(undefined, job, failure('r1', 0, { heardBy: silenced }), at(0)) as Alert;
  expect(first.heardBy).toEqual([]);
  const later = decideTelling(first, at(30), { ops: 4 * hour });
  expect(later && describeAlert(later)?.title).toBe('db-backup failed once, at 14:02 UTC');
  const over = decideOver(first, { at: at(10) as Instant }) as Alert;
  expect(over.heardBy).toEqual([]);
});

test('what it takes several for is told at once with all of them counted, and none of them again', () => {
  const life = through(service);
  const loop = { about: undefined as never, key: 'crash-loop', kind: 'service-crash-loop' as const };
  life.fail(failure('task-1', 0, { ...loop, also: ['task-2', 'task-3'] }));
  life.fail(failure('task-2', 0, loop));
  expect(life.alert()).toMatchObject({ causes: { 'crash-loop': { count: 3, told: 3 } } });
  life.fail(failure('task-4', 1, { ...loop, also: ['task-3', 'task-5'] }));
  expect(life.alert()).toMatchObject({ causes: { 'crash-loop': { count: 5, told: 3 } } });
});

test('what lasts is told when a silence ends, not at the next reminder', () => {
  const silenced = { channels: ['team'], silencedUntil: at(120) };
  const short = { kind: 'service-short' as const, key: 'short', about: undefined as never, heardBy: silenced };
  let alert = decideTrouble(undefined, service, failure('t1', 0, short), at(0)) as Alert;
  const told: number[] = [];
  for (let minutes = 1; minutes <= 180; minutes++) {
    const next = decideTelling(alert, at(minutes), { ops: 4 * hour }, minutes < 120 ? at(120) : undefined);
    if (next && next.news !== alert.news) told.push(minutes);
    alert = next ?? alert;
  }
  expect(told).toEqual([120]);
});

test('a warning that becomes an error is told at once, as one', () => {
  const life = through(service);
  const impaired = { kind: 'service-impaired' as const, key: 'impaired', about: undefined as never };
  life.fail(failure('e1', 0, { ...impaired, severity: 'warning' }));
  life.fail(failure('e2', 5, { ...impaired, severity: 'error' }));
  life.fail(failure('e3', 6, { ...impaired, severity: 'warning' }));
  expect(life.told).toEqual(['0: shop-api cannot start its tasks', '5: shop-api cannot start its tasks']);
  expect(describeAlert(life.alert())?.severity).toBe('error');
});

test('a second cause is told with its own beginning and number, also where it is the lesser one', () => {
  const life = through(service);
  const other = { about: undefined as never };
  life.fail(failure('a', 0, { ...other, key: 'crash', kind: 'service-crash-loop' }));
  life.fail(failure('b', 5, { ...other, key: 'ill', kind: 'service-unhealthy', severity: 'warning' }));
  const facts = (alert: Alert) => describeAlert(alert)?.facts.slice(0, 2);
  expect(describeAlert(life.alert())).toMatchObject({ title: 'shop-api has unhealthy tasks', severity: 'warning' });
  expect(facts(life.alert())).toEqual([
    { label: 'Since', value: '14:07 UTC' },
    { label: 'Times', value: '1' },
  ]);
  expect(describeAlert(life.alert())?.cause).toMatch(/^exit code 1 .*\(once\); exit code 1 .*\(once\)$/);
  const half = decideOver(life.alert(), { at: at(6), causes: ['crash'] }) as Alert;
  const later = decideTelling({ ...half, nextTellAt: at(300) }, at(300), { ops: 4 * hour }) as Alert;
  expect(describeAlert(later)?.title).toBe('shop-api has unhealthy tasks, since 14:07 UTC');
  expect(facts(later)?.[0]?.value).toBe('14:07 UTC');
});

test('each alert opens the incident that its end closes, also a warning', () => {
  const trouble = failure('e1', 0, { kind: 'service-unhealthy', severity: 'warning', about: undefined as never });
  const alert = decideTrouble(undefined, service, trouble, at(0)) as Alert;
  const over = decideOver(alert, { at: at(1) }) as Alert;
  expect(describeAlert(alert)?.incident).toEqual({ key: 'service:shop-api', state: 'open' });
  expect(describeAlert(over)?.incident).toEqual({ key: 'service:shop-api', state: 'closed' });
});
