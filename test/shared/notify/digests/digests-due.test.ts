import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DigestConfig, RouteConfig } from '../../../../shared/config/config.ts';
import { type Instant, isoToSecond, plus, toInstant } from '../../../../shared/core/time.ts';
import { routesOfDigest } from '../../../../shared/notify/digests/digest-hearers.ts';
import { digestKeyOf, scopeOf } from '../../../../shared/notify/digests/digest-scope.ts';
import { digestsDue, mostBehind, settleMs } from '../../../../shared/notify/digests/digests-due.ts';

const [minute, hour] = [60_000, 3_600_000];

const route = (digest?: Partial<DigestConfig>, parts: Partial<RouteConfig> = {}): RouteConfig => ({
  ...{ when: {}, to: ['team'], only: 'changes', continue: false, mute: [], mentions: [], repeatMs: 4 * hour },
  ...(digest ? { digest: { every: 'day', day: 'mon', at: '08:00', timezone: 'UTC', ...digest } } : {}),
  ...parts,
});

/** From when until when each digest is that comes due after `since` and by `now`. */
const due = (routes: readonly RouteConfig[], since: string, now: string) =>
  digestsDue(routes, () => toInstant(since), toInstant(now)).map(
    ({ start, end }) => `${isoToSecond(start)} ${isoToSecond(end)}`,
  );

describe('the periods of a digest', () => {
  test('a day begins and ends at its time, and is told of three minutes later', () => {
    const routes = [route({})];
    expect(due(routes, '2026-11-20T07:48:00Z', '2026-11-20T08:02:59Z')).toEqual([]);
    expect(due(routes, '2026-11-20T07:48:00Z', '2026-11-20T08:03:00Z')).toEqual([
      '2026-11-19T08:00:00Z 2026-11-20T08:00:00Z',
    ]);
    expect(due(routes, '2026-11-20T08:03:00Z', '2026-11-20T08:18:00Z')).toEqual([]);
  });

  test('a week ends on its day', () => {
    const routes = [route({ every: 'week', day: 'fri', at: '16:30' })];
    expect(due(routes, '2026-11-14T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual([
      '2026-11-13T16:30:00Z 2026-11-20T16:30:00Z',
    ]);
    expect(due(routes, '2026-11-20T17:00:00Z', '2026-11-27T16:00:00Z')).toEqual([]);
  });

  test.each([
    // Lisbon: clocks go forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
    ['23 h where the clock goes forward', '08:00', '2026-03-28T08:00:00Z 2026-03-29T07:00:00Z', '2026-03-29T12:00:00Z'],
    ['25 h where the clock goes back', '08:00', '2026-10-24T07:00:00Z 2026-10-25T08:00:00Z', '2026-10-25T12:00:00Z'],
    [
      'a time that is skipped is the next there is',
      '01:30',
      '2026-03-28T01:30:00Z 2026-03-29T01:00:00Z',
      '2026-03-29T12:00:00Z',
    ],
    ['a time shown twice is the first', '01:30', '2026-10-24T00:30:00Z 2026-10-25T00:30:00Z', '2026-10-25T12:00:00Z'],
  ])('a day has %s', (_fact, at, period, now) => {
    expect(due([route({ at, timezone: 'Europe/Lisbon' })], isoToSecond(plus(toInstant(now), -13 * hour)), now)).toEqual(
      [period],
    );
  });

  test('a week with such a day is an hour longer', () => {
    const routes = [route({ every: 'week', timezone: 'America/New_York' })];
    expect(due(routes, '2026-11-01T00:00:00Z', '2026-11-03T00:00:00Z')).toEqual([
      '2026-10-26T12:00:00Z 2026-11-02T13:00:00Z',
    ]);
  });

  test('of what no wake-up came for, the latest seven are made up for, the oldest first', () => {
    const periods = due([route({})], '2026-09-01T00:00:00Z', '2026-11-20T09:00:00Z');
    expect(periods).toHaveLength(mostBehind);
    expect(periods.at(0)).toBe('2026-11-13T08:00:00Z 2026-11-14T08:00:00Z');
    expect(periods.at(-1)).toBe('2026-11-19T08:00:00Z 2026-11-20T08:00:00Z');
  });

  test('whenever the wake-ups come, each period comes once, and they leave no gap', () => {
    const zones = [
      'UTC',
      'Europe/Lisbon',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Cairo',
    ];
    const digests = fc.record({
      every: fc.constantFrom('day' as const, 'week' as const),
      day: fc.constantFrom('sun' as const, 'wed' as const, 'sat' as const),
      at: fc.constantFrom('00:00', '00:30', '01:30', '02:15', '08:00', '23:45'),
      timezone: fc.constantFrom(...zones),
    });
    const gaps = fc.array(fc.integer({ min: 0, max: 60 * 60 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(digests, fc.integer({ min: 0, max: 500 }), gaps, (digest, day, minutes) => {
        const routes = [route(digest)];
        let since = toInstant(Date.UTC(2026, 0, 1 + day));
        const found: { start: Instant; end: Instant; id: string }[] = [];
        for (const gap of minutes) {
          const now = plus(since, gap * minute);
          found.push(...digestsDue(routes, () => since, now));
          for (const { end } of found) expect(end + settleMs).toBeLessThanOrEqual(now);
          since = now;
        }
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        for (const [i, { start }] of found.entries()) if (i > 0) expect(start).toBe(found[i - 1]?.end);
      }),
      { numRuns: 200 },
    );
  });
});

describe('when routes are edited', () => {
  const daily = route({});
  const ids = (routes: readonly RouteConfig[]) =>
    digestsDue(routes, () => toInstant('2026-11-20T00:00:00Z'), toInstant('2026-11-20T12:00:00Z')).map(({ id }) => id);

  test.each([
    ['its place', [route(undefined, { when: { job: 'x' } }), daily]],
    ['its channels', [route({}, { to: ['team', 'boss'] })]],
    ['its mutes, mentions, `only` and `continue`', [route({}, { only: 'all', continue: true, mentions: ['<!here>'] })]],
    ['which severity it takes', [route({}, { when: { severity: ['error'] } })]],
    ['the day of a daily one', [route({ day: 'fri' })]],
    ['a second route that asks for the same', [daily, route({}, { to: ['boss'] })]],
  ])('%s does not make it another digest', (_fact, routes) => {
    expect(ids(routes)).toEqual(ids([daily]));
  });

  test.each([
    ['another time', route({ at: '09:00' })],
    ['another zone', route({ timezone: 'Europe/Lisbon' })],
    ['other jobs', route({}, { when: { job: 'db-*' } })],
    ['runs only', route({}, { when: { kind: ['run'] } })],
  ])('%s does', (_fact, other) => {
    expect(ids([other])).not.toEqual(ids([daily]));
  });
});

describe('what a digest sums up', () => {
  test.each<[string, RouteConfig['when'], ReturnType<typeof scopeOf>]>([
    ['everything without conditions', {}, { jobs: '*', services: '*' }],
    ['everything whatever its severity', { severity: ['error'] }, { jobs: '*', services: '*' }],
    ['the runs of some jobs', { job: 'db-*' }, { jobs: 'db-*' }],
    ['the deployments of some services', { service: 'shop-*' }, { services: 'shop-*' }],
    ['the deployments of some tags', { tag: '*-beta' }, { services: '*', tag: '*-beta' }],
    ['runs where only these are named', { kind: ['run', 'batuta'] }, { jobs: '*' }],
    ['everything for a route of digests', { kind: ['digest'] }, { jobs: '*', services: '*' }],
    ['nothing where there is nothing to sum up', { environment: 'demo' }, {}],
  ])('%s', (_fact, when, scope) => {
    expect(scopeOf(when)).toEqual(scope);
  });

  test('where that is nothing, no digest is made', () => {
    expect(digestKeyOf(route({}, { when: { kind: ['service'] } }))).toBeUndefined();
  });
});

test('a digest is told by each route that asks for it, and by those for digests, whatever comes before them', () => {
  const routes = [
    route(undefined, { to: ['other'] }),
    route({}, { to: ['team'], when: { severity: ['error'] } }),
    route({ every: 'week' }, { to: ['weekly'] }),
    route(undefined, { to: ['boss'], when: { kind: ['digest'] } }),
    route({}, { to: ['ops'] }),
  ];
  const told = routesOfDigest(routes, digestKeyOf(route({})) ?? '');
  expect(told.map(({ to }) => to.join())).toEqual(['team', 'boss', 'ops']);
});
