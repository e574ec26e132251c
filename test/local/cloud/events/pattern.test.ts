import { describe, expect, test } from 'vitest';
import { checkPattern, matches } from '../../../../local/cloud/events/pattern.ts';

const event = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'ECS Task State Change',
  source: 'aws.ecs',
  account: '123456789012',
  time: '2026-11-20T09:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:ecs:us-east-1:123456789012:task/prod/1', 'arn:aws:ecs:us-east-1:123456789012:task/prod/2'],
  detail: {
    state: 'running',
    empty: '',
    none: null,
    yes: true,
    count: 300.0,
    price: 301.8,
    ip: '10.0.0.33',
    ip6: '2001:db8::1',
    path: '/lib/a/b.png',
    star: 'a*b',
    list: [],
    nested: { deep: 1 },
    containers: [
      { name: 'api', status: 'RUNNING' },
      { name: 'log', status: 'STOPPED' },
    ],
  },
};
const detail = (pattern: object) => ({ detail: pattern });
const state = (...values: unknown[]) => detail({ state: values });

describe('matching', () => {
  test.each<[string, object, boolean]>([
    ['an exact value', { source: ['aws.ecs'] }, true],
    ['one of several values', state('stopped', 'running'), true],
    ['case matters', state('Running'), false],
    ['all fields must match', { source: ['aws.ecs'], region: ['eu-west-1'] }, false],
    [
      'one element of an array in the event is enough',
      { resources: ['arn:aws:ecs:us-east-1:123456789012:task/prod/2'] },
      true,
    ],
    ['an array with nothing in common does not match', { resources: ['arn:x'] }, false],
    ['an absent field does not match', detail({ other: ['x'] }), false],
    ['the empty text', detail({ empty: [''] }), true],
    ['null', detail({ none: [null] }), true],
    ['null is not the empty text', detail({ none: [''] }), false],
    ['null is no absent field', detail({ other: [null] }), false],
    ['null is no empty array', detail({ list: [null] }), false],
    ['a boolean', detail({ yes: [true] }), true],
    ['a boolean is not its text', detail({ yes: ['true'] }), false],
    ['300 equals 300.0 and 3.0e2', detail({ count: [3.0e2] }), true],
    ['a number is not its text', detail({ count: ['300'] }), false],
    ['prefix', { time: [{ prefix: '2026-11-20' }] }, true],
    ['prefix ignoring case', state({ prefix: { 'equals-ignore-case': 'RUN' } }), true],
    ['prefix only of text', detail({ count: [{ prefix: '3' }] }), false],
    ['suffix', detail({ path: [{ suffix: '.png' }] }), true],
    ['suffix ignoring case', detail({ path: [{ suffix: { 'equals-ignore-case': '.PNG' } }] }), true],
    ['suffix with other case', detail({ path: [{ suffix: '.PNG' }] }), false],
    ['equals-ignore-case', state({ 'equals-ignore-case': 'RUNNING' }), true],
    ['wildcard', detail({ path: [{ wildcard: '/lib/*/b.*' }] }), true],
    ['wildcard parts do not overlap', state({ wildcard: 'runn*nning' }), false],
    ['wildcard at both ends', state({ wildcard: '*nni*' }), true],
    ['an escaped star is a star', detail({ star: [{ wildcard: 'a\\*b' }] }), true],
    ['an escaped star is nothing else', state({ wildcard: 'runnin\\*' }), false],
    ['anything-but', state({ 'anything-but': 'stopped' }), true],
    ['anything-but the value itself', state({ 'anything-but': ['running', 'x'] }), false],
    ['anything-but a number', detail({ count: [{ 'anything-but': [100, 300] }] }), false],
    ['anything-but matches null', detail({ none: [{ 'anything-but': 'x' }] }), true],
    ['anything-but does not match an absent field', detail({ other: [{ 'anything-but': 'x' }] }), false],
    ['anything-but prefix', state({ 'anything-but': { prefix: 'run' } }), false],
    ['anything-but a list of prefixes', state({ 'anything-but': { prefix: ['a', 'b'] } }), true],
    ['anything-but prefix matches numbers', detail({ count: [{ 'anything-but': { prefix: '3' } }] }), true],
    ['anything-but suffix', detail({ path: [{ 'anything-but': { suffix: ['.jpg', '.png'] } }] }), false],
    ['anything-but wildcard', detail({ path: [{ 'anything-but': { wildcard: '*/lib/*' } }] }), false],
    ['anything-but equals-ignore-case', state({ 'anything-but': { 'equals-ignore-case': ['RUNNING'] } }), false],
    ['anything-but looks at each element', { resources: [{ 'anything-but': event.resources[0] }] }, true],
    ['numeric equal', detail({ price: [{ numeric: ['=', 3.018e2] }] }), true],
    ['numeric range', detail({ count: [{ numeric: ['>', 0, '<=', 300] }] }), true],
    ['numeric range, open top', detail({ count: [{ numeric: ['>', 0, '<', 300] }] }), false],
    ['numeric only of numbers', state({ numeric: ['>', 0] }), false],
    ['exists', detail({ none: [{ exists: true }] }), true],
    ['exists false of what is there', state({ exists: false }), false],
    ['exists false of what is absent', detail({ other: [{ exists: false }] }), true],
    ['exists looks at leaves: an object is none', detail({ nested: [{ exists: false }] }), true],
    ['exists false or a value', detail({ other: [{ exists: false }, 'x'] }), true],
    ['cidr', detail({ ip: [{ cidr: '10.0.0.0/24' }] }), true],
    ['cidr of another net', detail({ ip: [{ cidr: '10.0.1.0/24' }] }), false],
    ['cidr of IPv6', detail({ ip6: [{ cidr: '2001:db8::/32' }] }), true],
    ['cidr of what is no address', state({ cidr: '10.0.0.0/8' }), false],
    ['$or', { $or: [{ source: ['x'] }, detail({ count: [{ numeric: ['>', 200] }] })] }, true],
    [
      '$or inside, and beside a field',
      { source: ['aws.ecs'], ...detail({ $or: [{ state: ['x'] }, { yes: [false] }] }) },
      false,
    ],
    [
      'nested $or',
      { $or: [{ source: ['x'] }, { source: ['aws.ecs'], $or: [{ region: ['x'] }, { account: ['123456789012'] }] }] },
      true,
    ],
    ['names joined by dots', { 'detail.state': ['running'] }, true],
    [
      'fields of one object in an array match together',
      detail({ containers: { name: ['api'], status: ['RUNNING'] } }),
      true,
    ],
    ['fields of two objects in an array do not', detail({ containers: { name: ['api'], status: ['STOPPED'] } }), false],
  ])('%s', (_fact, pattern, expected) => {
    expect(matches(checkPattern(JSON.stringify(pattern)), event)).toBe(expected);
  });
});

describe('refusals, in AWS’s words', () => {
  test.each<[string, string]>([
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"detail": {}}', 'Empty objects are not allowed'],
    ['{"resources": []}', 'Empty arrays are not allowed'],
    ['{"int": 42}', '"int" must be an object or an array'],
    ['{"string": "my-value"}', '"string" must be an object or an array'],
    ['{"a": [["b"]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a": [{}]}', 'Match expression name not found'],
    ['{"a": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS'],
    ['{"a": [{"exists": "true"}]}', 'exists match pattern must be either true or false.'],
    ['{"a": [{"prefix": "x", "suffix": "y"}]}', 'Only one key allowed in match expression'],
    ['{"a": [{"prefix": 123}]}', 'prefix match pattern must be a string'],
    ['{"a": [{"suffix": [".png"]}]}', 'suffix match pattern must be a string'],
    ['{"a": [{"wildcard": 123}]}', 'wildcard match pattern must be a string'],
    ['{"a": [{"wildcard": "arn:aws:events:us-east-1:**:x"}]}', 'Consecutive wildcard characters at pos 26'],
    ['{"a": [{"wildcard": "a\\\\b"}]}', 'Invalid escape character at pos 2'],
    ['{"a": [{"equals-ignore-case": ["x"]}]}', 'equals-ignore-case match pattern must be a string'],
    ['{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a": [{"cidr": "10.0.0.300/8"}]}', 'Nonstandard IP address: 10.0.0.300'],
    ['{"a": [{"cidr": "10.0.0.0/33"}]}', 'IPv4 mask bits must be < 32'],
    ['{"a": [{"numeric": 5}]}', 'Value of numeric must be an array.'],
    ['{"a": [{"numeric": [">", 0, ">", 0]}]}', 'Bad numeric range operator: >'],
    ['{"a": [{"numeric": [">", 0, "<"]}]}', 'Value of < must be numeric'],
    ['{"a": [{"numeric": ["=", 0, "<", 5]}]}', 'Too many elements in numeric expression'],
    ['{"a": [{"numeric": ["!", 0]}]}', 'Unrecognized numeric range operator: !'],
    ['{"a": [{"numeric": [">", 5, "<", 5]}]}', 'Bottom must be less than top'],
    ['{"a": [{"numeric": ["=", 6e9]}]}', 'Value must be between -5.0E9 and 5.0E9, inclusive'],
    ['{"a": [{"anything-but": null}]}', 'Value of anything-but must be an array or single string/number value.'],
    ['{"a": [{"anything-but": ["a", null]}]}', 'Inside anything but list, start|null|boolean is not supported.'],
    [
      '{"a": [{"anything-but": ["a", 1]}]}',
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    ['{"a": [{"anything-but": {"prefix": [123]}}]}', 'prefix/suffix match pattern must be a string'],
    ['{"a": [{"anything-but": {"prefix": ""}}]}', 'Null prefix/suffix not allowed'],
    [
      '{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}',
      'Value of anything-but must be an array or single string/number value.',
    ],
    ['{"a": [{"anything-but": {"numeric": ["=", 5]}}]}', 'Unsupported anything-but pattern: numeric'],
    [
      '{"a": [{"anything-but": {"equals-ignore-case": 123}}]}',
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    ],
    ['{"$or": {"a": ["b"]}}', 'It must be an Array followed with $or.'],
    ['{"$or": [{"a": ["b"]}]}', 'There must have at least 2 Objects in $or relationship.'],
    ['{"$or": [{"a": ["b"]}, "c"]}', 'Only JSON object is allowed in array of $or relationship.'],
    [
      '{"$or": [{"prefix": ["b"]}, {"a": ["b"]}]}',
      'prefix is Ruler reserved fieldName which cannot be used inside $or.',
    ],
  ])('%s', (pattern, reason) => {
    expect(() => checkPattern(pattern)).toThrow(
      expect.objectContaining({
        code: 'InvalidEventPatternException',
        message: `Event pattern is not valid. Reason: ${reason}`,
      }),
    );
  });

  test('what is no JSON', () => {
    expect(() => checkPattern("{'bad': 'quotation'}")).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException' }),
    );
  });
  test('more than 2048 characters', () => {
    const pattern = JSON.stringify({ source: ['x'.repeat(2040)] });
    expect(() => checkPattern(pattern)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });
});
