import { describe, expect, test } from 'vitest';
import type { JobConfig } from '../../../shared/config/config.ts';
import { checkItems } from '../../../shared/run/check-items.ts';

const job: Pick<JobConfig, 'params'> = {
  params: {
    date: { type: 'date', required: true },
    shop: { type: 'string', required: false, default: 'lisbon' },
    part: { type: 'integer', required: false },
    dryRun: { type: 'boolean', required: false },
    tables: { type: 'list', items: 'string', required: false },
  },
};

function itemsOf(given: Parameters<typeof checkItems>[1]) {
  const checked = checkItems(job, given);
  return checked.ok ? checked.items : checked.problems;
}

describe('forEach', () => {
  const besides = (forEach: unknown) =>
    typeof forEach === 'object' && forEach !== null && 'date' in forEach ? {} : { params: { date: '2026-01-01' } };
  const values = (name: string, text: unknown) =>
    itemsOf({ ...besides({ [name]: text }), forEach: { [name]: text } }).map((item) => Reflect.get(item, name));

  test.each<[string, string, unknown, unknown[]]>([
    ['a range of days holds both ends', 'date', '2026-11-01..2026-11-03', ['2026-11-01', '2026-11-02', '2026-11-03']],
    ['a range of days crosses months', 'date', '2026-02-28..2026-03-01', ['2026-02-28', '2026-03-01']],
    ['a range of days holds a leap day', 'date', '2028-02-28..2028-03-01', ['2028-02-28', '2028-02-29', '2028-03-01']],
    ['a range of numbers holds both ends', 'part', '-1..2', [-1, 0, 1, 2]],
    ['one day is a range', 'date', '2026-11-01..2026-11-01', ['2026-11-01']],
    ['a range for a text is of texts', 'shop', '1..3', ['1', '2', '3']],
    ['a list is cut at commas', 'shop', 'lisbon, porto', ['lisbon', 'porto']],
    ['a list of numbers is of numbers', 'part', '1,5', [1, 5]],
    ['a list of truths is of truths', 'dryRun', 'true,false', [true, false]],
    ['an array is taken as it is', 'shop', ['a,b', 'c'], ['a,b', 'c']],
  ])('%s', (_fact, name, text, expected) => expect(values(name, text)).toEqual(expected));

  test('a value for all is refused beside one for each', () =>
    expect(itemsOf({ params: { date: '2026-01-01' }, forEach: { date: '2026-01-01..2026-01-03' } })).toEqual([
      { field: 'params.date', message: 'is given by forEach for each run; leave it out of one of them' },
    ]));

  test('a range of 10 000 is taken', () => expect(values('part', '1..10000')).toHaveLength(10_000));

  test.each<[unknown, string, string | RegExp]>([
    [{ part: '1..10001' }, 'forEach.part', 'has 10001 items; at most 10000 are taken'],
    [{ part: '1..999999999999999' }, 'forEach.part', /at most 10000/],
    [{ date: '1900-01-01..2026-11-20' }, 'forEach.date', /at most 10000/],
    [{ date: '2026-11-31..2026-12-02' }, 'forEach.date', 'has no day 2026-11-31'],
    [{ date: '2026-13-01..2026-13-02' }, 'forEach.date', 'has no day 2026-13-01'],
    [{ date: '2026-11-20..2026-11-01' }, 'forEach.date', 'ends before it begins; write 2026-11-01..2026-11-20'],
    [{ part: '5..1' }, 'forEach.part', 'ends before it begins; write 1..5'],
    [{ part: '1,two,3' }, 'forEach.part[1]', 'must be a whole number'],
    [{ part: '' }, 'forEach.part', /must be a range such as/],
    [{ part: 5 }, 'forEach.part', /must be a range such as/],
    [{ part: [] }, 'forEach.part', 'must have at least one value'],
    [{ tables: 'a,b' }, 'forEach.tables', 'takes a list itself; give items'],
    [{ parts: '1..3' }, 'forEach.parts', /^is not a parameter of this job; it has date, shop/],
    [{ part: '1..3', shop: 'a' }, 'forEach', /^must name one parameter/],
    [{}, 'forEach', /^must name one parameter/],
    ['1..3', 'forEach', /^must name one parameter/],
  ])('%j is refused', (forEach, field, message) => {
    const problems = itemsOf({ ...besides(forEach), forEach });
    expect(problems).toEqual([
      { field, message: typeof message === 'string' ? message : expect.stringMatching(message) },
    ]);
  });
});

describe('items', () => {
  test('lie over what they have in common, defaults filled in', () => {
    const items = [{ date: '2026-11-01' }, { date: '2026-11-02', shop: 'porto' }];
    expect(checkItems(job, { params: { part: 3 }, items })).toEqual({
      ok: true,
      params: { part: 3, shop: 'lisbon' },
      items,
    });
  });

  test.each<[string, Parameters<typeof checkItems>[1], string, RegExp]>([
    ['nothing', { items: [] }, 'items', /at least one/],
    ['no list', { items: { date: 'x' } }, 'items', /must be a list/],
    ['no object', { items: ['2026-11-01'] }, 'items[0]', /must be an object/],
    ['too many', { items: Array.from({ length: 10_001 }, () => ({})) }, 'items', /at most 10000/],
    ['a wrong value', { items: [{ date: '2026-11-01', part: 'x' }] }, 'items[0].part', /must be a whole number/],
    ['an unknown name', { items: [{ date: '2026-11-01', dat: 'x' }] }, 'items[0].dat', /is not a parameter/],
    ['a prototype', { items: [JSON.parse('{"__proto__": {"date": "2026-11-01"}}')] }, 'items[0].__proto__', /is not a/],
    ['a long item', { items: [{ date: '2026-11-01', shop: 'x'.repeat(2000) }] }, 'items[0]', /2031 bytes/],
    ['both', { items: [{}], forEach: { part: '1..2' } }, 'forEach', /cannot stand beside items/],
    ['wrong params', { params: [], items: [{}] }, 'params', /must be an object/],
  ])('with %s are refused', (_fact, given, field, message) => {
    expect(itemsOf(given)[0]).toEqual({ field, message: expect.stringMatching(message) });
  });

  test('at most ten problems are told', () => {
    expect(itemsOf({ items: Array.from({ length: 50 }, () => ({ date: 1 })) })).toHaveLength(10);
  });

  test('what is wrong in what they share is told once', () => {
    const items = Array.from({ length: 50 }, (_, part) => ({ part }));
    expect(itemsOf({ params: { date: 'x' }, items })).toEqual([{ field: 'params.date', message: expect.anything() }]);
    expect(itemsOf({ items })).toEqual([{ field: 'params.date', message: 'is required' }]);
  });
});
