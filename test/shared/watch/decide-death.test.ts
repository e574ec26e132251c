import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, plus, toInstant } from '../../../shared/core/time.ts';
import { noteDeath, verdictOf } from '../../../shared/watch/decide-death.ts';
import { type Death, newWatch, type ServiceWatch } from '../../../shared/watch/service-watch.ts';

const start = toInstant('2026-11-20T09:00:00Z');
const at = (minutes: number): Instant => plus(start, minutes * 60_000);
const death = (id: string, minutes: number, kind = 'exit'): Death => ({
  id,
  at: at(minutes),
  cause: { kind, cause: `${kind} of container api`, hint: '' },
  taskDefinitionArn: 'shop-api:1',
});
const after = (deaths: readonly Death[], watch: ServiceWatch = newWatch('shop-api')) =>
  deaths.reduce((known, one) => noteDeath(known, one, one.at) ?? known, watch);
const openIn = (deaths: readonly Death[]) => Object.keys(after(deaths).open);

test.each<[string, Death[], string[]]>([
  ['two deaths are none', [death('a', 0), death('b', 1)], []],
  ['three within ten minutes are a crash loop', [death('a', 0), death('b', 5), death('c', 10)], ['crash-loop']],
  ['three within eleven are none', [death('a', 0), death('b', 5), death('c', 11)], []],
  ['one task that is told three times is one', [death('a', 0), death('a', 0), death('a', 0)], []],
  ['two failed health checks are unhealthy', [death('a', 0, 'health'), death('b', 9, 'health')], ['unhealthy']],
  [
    'many failed health checks are that alone',
    Array.from({ length: 9 }, (_, n) => death(`h${n}`, n / 2, 'health')),
    ['unhealthy'],
  ],
  [
    'one failed health check counts with other deaths',
    [death('a', 0, 'health'), death('b', 1), death('c', 2)],
    ['crash-loop'],
  ],
  [
    'tasks that died besides being unhealthy are a crash loop of their own',
    [death('a', 0, 'health'), death('b', 1, 'health'), death('c', 2), death('d', 3), death('e', 4)],
    ['unhealthy', 'crash-loop'],
  ],
])('%s', (_fact, deaths, open) => expect(openIn(deaths)).toEqual(open));

test('in whatever order, and however often, the same deaths come to the same trouble', () => {
  const deaths = [death('a', 0), death('b', 1), death('c', 2)];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...deaths), { minLength: 0, maxLength: 12 }), (events) => {
      const watch = after(events);
      expect('crash-loop' in watch.open).toBe(new Set(events).size === 3);
      expect(watch.deaths).toHaveLength(new Set(events).size);
    }),
  );
});

test('the deaths that make it a trouble are its opening, also when they come again; the next ones repeat it', () => {
  const deaths = [death('a', 0), death('b', 1), death('c', 2)];
  const watch = after(deaths);
  for (const one of deaths) expect(verdictOf(watch, one)).toMatchObject({ kind: 'opens', deaths });
  expect(noteDeath(watch, death('d', 3), at(3))).toBeUndefined();
  expect(verdictOf(watch, death('d', 3))).toEqual({ kind: 'repeats', key: 'crash-loop', isAsked: false });
});

test('of the deaths that repeat it one in five minutes is asked about, also when it comes again', () => {
  const deaths = Array.from({ length: 32 }, (_, n) => death(`d${n}`, n / 2));
  let watch = newWatch('shop-api');
  const asked = deaths.filter((one) => {
    watch = noteDeath(watch, one, one.at) ?? watch;
    const [first, again] = [verdictOf(watch, one), verdictOf(noteDeath(watch, one, one.at) ?? watch, one)];
    expect(again).toEqual(first);
    return first.kind === 'repeats' && first.isAsked;
  });
  expect(asked.map(({ id }) => id)).toEqual(['d12', 'd22']);
});

test('a death from before the trouble, or before its end, is no part of it', () => {
  const watch = after([death('a', 5), death('b', 6), death('c', 7)]);
  expect(verdictOf(watch, death('late', 1))).toEqual({ kind: 'nothing' });
  const over: ServiceWatch = { ...newWatch('shop-api'), endedAt: at(20) };
  expect(noteDeath(over, death('late', 19), at(30))).toBeUndefined();
});

test('thousands of deaths take bounded room', () => {
  const rare = Array.from({ length: 2_000 }, (_, n) => death(`r${n}`, n * 20));
  expect(after(rare).deaths).toHaveLength(20);
});
