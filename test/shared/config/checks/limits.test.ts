import { expect, test } from 'vitest';
import { PLACE, problemsOf } from '../../../support/configuration.ts';

const ROLE = 'arn:aws:iam::123456789012:role/backup';
const top = (rest: string) => problemsOf(rest).map((line) => line.replace(/^batuta\.yml:\d+:\d+ /, ''));
const job = (rest: string, before = '') => top(`${PLACE}${before}jobs:\n  j: { script: a.sh, ${rest} }`);

test.each([
  ['overlap: skip'],
  ['maxParallel: 3'],
  ['overlap: replace, maxParallel: 2, queueLimit: 1000, priority: -100'],
  ['attemptTimeout: 60m'],
  ['timeout: 3h, attemptTimeout: 2h, queueTimeout: 10d'],
])('%s is fine', (rest) => expect(job(rest)).toEqual([]));

test.each([
  [
    'a limit with overlap: allow',
    'overlap: allow, maxParallel: 2',
    'jobs.j.maxParallel: limits nothing with `overlap: allow`; remove one of the two, or write `overlap: queue`',
  ],
  ['no parallel run', 'maxParallel: 0', 'jobs.j.maxParallel: is too few; write 1 or more'],
  ['a queue over the limit', 'queueLimit: 1001', 'jobs.j.queueLimit: must be a whole number from 1 to 1000'],
  ['a priority over the limit', 'priority: 101', 'jobs.j.priority: must be a whole number from -100 to 100'],
  ['another overlap', 'overlap: queu', 'jobs.j.overlap: `queu` is not possible; did you mean `queue`?'],
  [
    'an attempt longer than the run',
    'timeout: 1h, attemptTimeout: 2h',
    'jobs.j.attemptTimeout: is longer than the whole run may take, 1h; write less, or a longer `timeout`',
  ],
  [
    'an attempt longer than the default',
    'attemptTimeout: 2h',
    'jobs.j.attemptTimeout: is longer than the whole run may take, 1h; write less, or add a `timeout`',
  ],
  [
    'a group where there are none',
    'group: db',
    'jobs.j.group: there is no group `db`; add `db: { maxParallel: 1 }` to groups',
  ],
  [
    'a role that is not listed',
    `taskRole: ${ROLE}`,
    `jobs.j.taskRole: \`${ROLE}\` is not among the roles allowed; add it to \`taskRoles\` at the top, or remove it`,
  ],
])('%s is told', (_fact, rest, expected) => expect(job(rest)).toEqual([expected]));

test('a group and a role of the top are found, a typo is told', () => {
  const before = `groups: { db: { maxParallel: 2 } }\nmaxParallel: 50\ntaskRoles: [${ROLE}]\n`;
  expect(job(`group: db, taskRole: ${ROLE}`, before)).toEqual([]);
  expect(job('group: dbs', before)).toEqual(['jobs.j.group: there is no group `dbs`; did you mean `db`?']);
});

test.each([
  ['groups: { db: {} }', 'groups.db.maxParallel: is missing; write for example 2'],
  ['groups: { db: 2 }', 'groups.db: must be keys with values, not a number'],
  ['maxParallel: 0', 'maxParallel: is too few; write 1 or more'],
  ['maxParallel: 1001', 'maxParallel: is more than is counted; write at most 1000, or leave it out'],
  [
    'taskRoles: [backup]',
    "taskRoles[0]: is no role's ARN; write one such as arn:aws:iam::123456789012:role/shop-api-task",
  ],
  ['prices: { storageGbHour: 0 }', 'prices.storageGbHour: must be more than 0'],
  ['prices: { x86: { vcpuHour: -1 } }', 'prices.x86.vcpuHour: must be more than 0'],
  ['prices: { spot: { to: 2 } }', 'prices.spot.to: must be at most 1: a share of the price on demand'],
  ['prices: { spot: { from: 0.9, to: 0.5 } }', 'prices.spot: begins at 0.9 and ends at 0.5; swap them'],
  ['prices: { currency: dollars }', 'prices.currency: is no currency; write its three letters, such as USD'],
  [
    'prices: { currency: EUR, x86: { vcpuHour: 1, gbHour: 1 } }',
    'prices.currency: what is not written is in USD: arm.vcpuHour, arm.gbHour, storageGbHour; write these too',
  ],
])('%s is told', (text, expected) => expect(top(text)).toEqual([expected]));

test('all prices in another currency are fine, and some in dollars', () => {
  const fargate = '{ vcpuHour: 0.04, gbHour: 0.004 }';
  expect(top(`prices: { currency: EUR, x86: ${fargate}, arm: ${fargate}, storageGbHour: 0.0001 }`)).toEqual([]);
  expect(top('prices: { x86: { vcpuHour: 0.05 } }')).toEqual([]);
});
