import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createLogs } from '../../../local/cloud/logs/logs.ts';
import { logRange } from '../../../shared/aws/log-range.ts';
import { toInstant } from '../../../shared/core/time.ts';
import { maskReader } from '../../../shared/run/mask-reader.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const group = '/jobs';

function world() {
  const clock = virtualClock();
  let isEmpty = false;
  const service = createLogs({
    place: countingPlace(),
    clock,
    invoke: () => {},
    // As AWS may: every other page has nothing.
    emptyPages: () => {
      isEmpty = !isEmpty;
      return isEmpty;
    },
  });
  service.createGroup(group);
  let calls = 0;
  const dispatcher = createDispatcher([service], { before: () => void calls++ });
  const now = () => toInstant(clock.now());
  return {
    clock,
    reader: maskReader(logRange(clientConfig(dispatcher)), now),
    calls: () => calls,
    /** Where it printed. */
    print(stream: string, ...lines: string[]) {
      service.put(group, stream, lines);
      return { group, stream, at: now() };
    },
  };
}

test('every value of the millisecond is read, over empty pages, and once', async () => {
  const { clock, reader, print, calls } = world();
  print('a', '::mask before');
  await clock.advance(1);
  const line = print('a', 'x', '::mask first value ', '::mask second', '::mask');
  await clock.advance(1);
  print('a', '::mask behind');
  expect(await reader.read([line])).toEqual(['first value', 'second']);
  const made = calls();
  expect(await reader.read([line])).toEqual(['first value', 'second']);
  expect(calls()).toBe(made);
});

test('lines of one second and stream are read together', async () => {
  const { clock, reader, print, calls } = world();
  const lines = [];
  for (const value of ['near 1', 'near 2', 'near 3']) {
    lines.push(print('a', `::mask ${value}`), print('b', `::mask ${value} of b`));
    await clock.advance(100);
  }
  await clock.advance(2000);
  lines.push(print('a', '::mask far'));
  const values = await reader.read(lines);
  const near = [1, 2, 3].flatMap((number) => [`near ${number}`, `near ${number} of b`]);
  expect(values.toSorted()).toEqual(['far', ...near]);
  // Two streams, one of them twice; a call each for the lines, for an empty page and for the end.
  expect(calls()).toBeLessThanOrEqual(9);
});

test('no run is without its masks: a line that does not show is waited for, and one that is gone is told', async () => {
  const { clock, reader, print } = world();
  const line = { ...print('a', 'other'), stream: 'a' };
  await expect(reader.read([line])).rejects.toMatchObject({ code: 'MaskLineUnread', retryable: true });
  print('a', '::mask late');
  expect(await reader.read([line])).toEqual(['late']);
  const gone = print('b', 'other');
  await clock.advance(3_600_000);
  await expect(reader.read([gone])).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/::mask line of .* in b is gone: it has expired or was deleted/),
  });
});

test('what is kept in memory is bounded', async () => {
  const { clock, reader, print, calls } = world();
  const lines = [];
  for (let index = 0; index < 6; index++) {
    lines.push(print('a', `::mask ${index}${'x'.repeat(200_000)}`));
    await clock.advance(2000);
  }
  expect(await reader.read(lines)).toHaveLength(6);
  const made = calls();
  expect(await reader.read(lines)).toHaveLength(6);
  expect(calls()).toBeGreaterThan(made);
});
