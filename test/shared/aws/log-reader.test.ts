import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../local/cloud/logs/logs.ts';
import { behind, type LogPlace } from '../../../shared/aws/log-place.ts';
import { logReader } from '../../../shared/aws/log-reader.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const at = { group: '/jobs', stream: 'report/job/1' };
const day = 24 * 3_600_000;

function world(emptyPages = () => false) {
  const clock = virtualClock();
  const service = createLogs({ place: countingPlace(), clock, invoke: () => {}, emptyPages });
  service.createGroup(at.group);
  const reader = logReader(clientConfig(createDispatcher([service])));
  return {
    clock,
    put: (...lines: string[]) => service.put(at.group, at.stream, lines),
    reader,
    /** To the end from a place; `limit` lines a page, of which `take` are taken. */
    async rest(place: LogPlace, limit?: number, take = Number.POSITIVE_INFINITY, between = async () => {}) {
      const lines: string[] = [];
      for (let from = place; ; ) {
        const page = await reader.read(at, from, limit);
        const count = Math.min(take, page.lines.length);
        lines.push(...page.lines.slice(0, count).map(({ message }) => message));
        from = behind(page, count);
        if (page.atEnd) return { lines, place: from };
        await between();
      }
    },
  };
}
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

test('a stream that is not there yet is empty and at its end, and is read from its start when it comes', async () => {
  const { put, reader, rest } = world();
  const page = await reader.read(at, {});
  expect(page).toMatchObject({ lines: [], atEnd: true });
  put('one');
  expect((await rest(behind(page))).lines).toEqual(['one']);
});

test('a place that nothing was read before begins at the start when its token has expired', async () => {
  const { clock, put, rest } = world();
  put();
  const { place } = await rest({});
  expect(place).toEqual({ token: expect.any(String) });
  await clock.advance(2 * day);
  put('one');
  expect((await rest(place)).lines).toEqual(['one']);
});

test('more lines of one millisecond than a page holds are read once each after the token has expired', async () => {
  const { clock, put, reader, rest } = world();
  put(...numbered(40));
  let place: LogPlace = {};
  for (let pages = 0; pages < 3; pages++) place = behind(await reader.read(at, place, 10));
  await clock.advance(2 * day);
  expect((await rest(place, 10)).lines).toEqual(numbered(10, 30));
  const bare = { at: place.at ?? 0, seen: 30, skip: 30 };
  expect((await rest(bare, 7)).lines).toEqual(numbered(10, 30));
});

test('older lines than asked for are never read, also not where there is none of that time yet', async () => {
  const { clock, put, rest } = world();
  put('old');
  await clock.advance(1000);
  const { lines, place } = await rest({ since: clock.now() });
  expect(lines).toEqual([]);
  put('new');
  expect((await rest(place)).lines).toEqual(['new']);
  await clock.advance(2 * day);
  expect((await rest(place)).lines).toEqual(['new']);
});

test('a follower that was idle for days loses nothing and sees nothing twice', async () => {
  const { clock, put, rest } = world();
  put('one');
  let { place } = await rest({});
  for (let days = 0; days < 3; days++) {
    await clock.advance(day + 1);
    const again = await rest(place);
    expect(again.lines).toEqual([]);
    place = again.place;
  }
  put('two');
  expect((await rest(place)).lines).toEqual(['two']);
});

test('the tail of a millisecond with more lines than asked for goes on without repeating any', async () => {
  const { clock, put, reader, rest } = world();
  put('before');
  await clock.advance(5);
  put(...numbered(500));
  const { lines, place } = await reader.tail(at, 3, undefined);
  expect(lines.map(({ message }) => message)).toEqual(numbered(3, 497));
  await clock.advance(2 * day);
  put('after');
  expect((await rest(place)).lines).toEqual(['after']);
});

test('a tail of no lines is the place from which to follow', async () => {
  const { put, reader, rest } = world();
  put('old');
  const { lines, place } = await reader.tail(at, 0, undefined);
  expect(lines).toEqual([]);
  put('new');
  expect((await rest(place)).lines).toEqual(['new']);
});

const batches = fc.array(fc.record({ count: fc.nat(12), pauseMs: fc.constantFrom(0, 0, 1, 1000) }), { maxLength: 12 });

test('reading by pages of any size, also cut short and after tokens expired, gives each line once in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.array(fc.record({ limit: fc.integer({ min: 1, max: 9 }), take: fc.nat(9), expires: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      async (written, readings, empties) => {
        let calls = 0;
        const { clock, put, reader } = world(() => empties[calls++ % empties.length] === true && calls % 4 !== 0);
        put();
        const all: string[] = [];
        const waiting = [...written];
        const write = async () => {
          const batch = waiting.shift();
          if (!batch) return;
          await clock.advance(batch.pauseMs);
          const lines = numbered(batch.count, all.length);
          put(...lines);
          all.push(...lines);
        };
        const seen: string[] = [];
        let place: LogPlace = {};
        for (let step = 0; ; step++) {
          if (step % 2 === 0) await write();
          const { limit = 1, take = 0, expires = false } = readings[step % readings.length] ?? {};
          const page = await reader.read(at, place, limit);
          const count = Math.min(page.lines.length, Math.max(1, take));
          seen.push(...page.lines.slice(0, count).map(({ message }) => message));
          place = JSON.parse(JSON.stringify(behind(page, count)));
          if (step > 3000) throw new Error(JSON.stringify({ place, seen: seen.length, all: all.length }));
          if (page.atEnd && waiting.length === 0) break;
          // Who reads once a day only, and finds nothing, never learns that it is the end.
          if (expires && count > 0) await clock.advance(day);
        }
        expect(seen).toEqual(all);
      },
    ),
    { numRuns: 60 },
  );
});

test('following on from a tail of any length gives each later line once in order', async () => {
  await fc.assert(
    fc.asyncProperty(batches, batches, fc.nat(30), fc.boolean(), async (before, after, count, expires) => {
      const { clock, put, reader, rest } = world();
      let written = 0;
      const write = async (parts: typeof before) => {
        for (const part of parts) {
          await clock.advance(part.pauseMs);
          put(...numbered(part.count, written));
          written += part.count;
        }
      };
      await write(before);
      const first = written;
      const { lines, place } = await reader.tail(at, count, undefined);
      expect(lines.map(({ message }) => message)).toEqual(numbered(Math.min(count, first), Math.max(0, first - count)));
      if (expires) await clock.advance(2 * day);
      await write(after);
      expect((await rest(place, 7)).lines).toEqual(numbered(written - first, first));
    }),
    { numRuns: 60 },
  );
});
