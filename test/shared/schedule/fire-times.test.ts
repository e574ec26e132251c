import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fireTimesBetween, nextFire } from '../../../shared/schedule/next-fire.ts';
import { parseSchedule } from '../../../shared/schedule/parse.ts';
import type { Schedule } from '../../../shared/schedule/schedule.ts';

type Row = [expression: string, zone: string, from: string, fires: string[]];
/** Made by fire-times.py, which knows nothing of our TypeScript. */
const table = JSON.parse(readFileSync(new URL('fire-times.generated.json', import.meta.url), 'utf8')) as Row[];
const horizonMs = 9 * 366 * 86_400_000;
const shown = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

function scheduleOf([expression, zone, from]: Row): Schedule {
  const parsed = parseSchedule(expression, zone);
  if (!parsed.ok) throw new Error(`${expression}: ${parsed.problem}`);
  return parsed.schedule.kind === 'rate' ? { ...parsed.schedule, anchorMs: Date.parse(from) } : parsed.schedule;
}

/** As many as the row has, and one more where it says that there are none. */
function firesOf(row: Row): string[] {
  const [, , from, fires] = row;
  const schedule = scheduleOf(row);
  const times: string[] = [];
  let after = Date.parse(from) - (schedule.kind === 'rate' ? 1 : 0);
  const end = Date.parse(from) + horizonMs;
  while (times.length < 6) {
    const next = nextFire(schedule, after);
    if (next === undefined || (next >= end && schedule.kind === 'cron' && fires.length < 6)) break;
    times.push(shown(next));
    after = next;
  }
  return times;
}

test('the table has at least 300 rows, on clock-change days of more than three zones too', () => {
  expect(table.length).toBeGreaterThan(300);
  expect(new Set(table.map(([, zone]) => zone)).size).toBeGreaterThan(8);
});

describe('fires when the independent table says', () => {
  test.each(Object.entries(Object.groupBy(table, ([, zone, from]) => `${zone} from ${from}`)))('%s', (_when, rows) => {
    const expected = (rows ?? []).map(([expression, , , fires]) => [expression, fires]);
    expect((rows ?? []).map((row) => [row[0], firesOf(row)])).toEqual(expected);
  });
});

test('the times between two moments are the same, however they are asked for', () => {
  for (const row of table) {
    const [expression, , from, fires] = row;
    const last = fires.at(-1);
    if (last === undefined || expression.startsWith('at')) continue;
    const start = Date.parse(from) + (expression.startsWith('rate') ? 0 : 1);
    expect(fireTimesBetween(scheduleOf(row), start, Date.parse(last) + 1).map(shown), expression).toEqual(fires);
  }
});
