import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rewritten, teamsErrors } from '../../../../local/channels/teams-limits.ts';
import { renderTeams, type TeamsPayload } from '../../../../shared/notify/channels/teams-card.ts';
import { recodedSize, recodedText } from '../../../../shared/notify/channels/teams-text.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage, hostileText } from '../../../support/channels/hostile.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db-backup failed',
  subject: 'db-backup',
  news: 'failed',
  facts: [{ label: 'Attempts', value: '3 of 3' }],
  cause: 'exit code 1',
  hint: 'read the log',
  actions: [{ label: 'Run it again', command: 'batuta run db-backup' }],
  links: [{ label: 'Log', url: 'https://console.example/log' }],
  logTails: [{ label: 'task 405cdabe', lines: ['  one', '', 'two'] }],
  at: Date.parse('2026-11-20T10:00:00.123Z'),
};

const bodyOf = (payload: TeamsPayload) => payload.attachments[0].content.body;
const runsOf = (payload: TeamsPayload) =>
  bodyOf(payload).flatMap((element) =>
    element.type === 'RichTextBlock' ? [element.inlines.map(({ text }) => text).join('')] : [],
  );
const blocksOf = (payload: TeamsPayload) =>
  bodyOf(payload).flatMap((element) => (element.type === 'TextBlock' ? [element.text] : []));
const sizeOf = (payload: TeamsPayload) => rewritten(payload).length;

test('a card says why, what to do, the facts, what to type and the log, a line each', () => {
  const payload = renderTeams({ message, mentions: [] });
  expect(runsOf(payload)).toEqual([
    'db-backup failed',
    'Why: exit code 1',
    'What to do: read the log',
    'Attempts: 3 of 3',
    'Run it again: batuta run db-backup',
    'task 405cdabe',
    '  one',
    '\u00a0',
    'two',
    '2026-11-20 10:00 UTC',
  ]);
  expect(blocksOf(payload)).toEqual([]);
  expect(payload.attachments[0].content.actions).toEqual([
    { type: 'Action.OpenUrl', title: 'Log', url: 'https://console.example/log' },
  ]);
});

test('only whom the route names is called, by address or object id, once', () => {
  const mentions = [
    'ann_b@example.com',
    'ann_b@example.com',
    '<!here>',
    '<@1>',
    '0a1b2c3d-0000-4000-8000-000000000000',
  ];
  const payload = renderTeams({ message: { ...message, title: '<at>ann b</at>' }, mentions });
  const { entities = [] } = payload.attachments[0].content.msteams;
  expect(entities.map(({ text, mentioned }) => [text, mentioned.id])).toEqual([
    ['<at>ann b</at>', 'ann_b@example.com'],
    ['<at>0a1b2c3d-0000-4000-8000-000000000000</at>', '0a1b2c3d-0000-4000-8000-000000000000'],
  ]);
  expect(runsOf(payload)[0]).toBe('‹at>ann b‹/at>');
  expect(teamsErrors(payload)).toEqual([]);
});

test('no message makes a card that Teams would not show, and nothing of it is markup', () => {
  const routes = fc.array(fc.oneof(fc.emailAddress(), hostileText(2)), { maxLength: 20 });
  fc.assert(
    fc.property(hostileMessage, routes, (hostile, mentions) => {
      const payload = renderTeams({ message: hostile, mentions });
      expect(sizeOf(payload)).toBeLessThanOrEqual(20_000);
      expect(teamsErrors(payload)).toEqual([]);
      for (const text of runsOf(payload)) expect(text).not.toMatch(/<\s*\/?\s*at\b|\{\{|\n/i);
      // What is markdown is ours alone.
      for (const text of blocksOf(payload)) expect(text).toMatch(/^(<at>[\p{L}\p{N}. -]+<\/at> ?)+$/u);
    }),
    { numRuns: 40 },
  );
});

test('nothing takes more bytes than was counted', () => {
  fc.assert(
    fc.property(hostileText(4), hostileText(4), (one, other) => {
      expect(recodedSize({ one })).toBeGreaterThanOrEqual(rewritten({ one }).length);
      expect(recodedText(one) + recodedText(other)).toBe(recodedText(one + other));
      expect(recodedText(one) + recodedSize({ one: '' })).toBeGreaterThanOrEqual(recodedSize({ one }));
    }),
  );
});

test('what is cut says how much; a log of 1 MB shows its end and fills what is left', () => {
  const facts = Array.from({ length: 90 }, (_, index) => ({ label: `Fact ${index}`, value: 'v' }));
  const logTails = [{ label: 'log', lines: [...Array(20_000).fill('x'.repeat(50)), 'the end'] }];
  const payload = renderTeams({ message: { ...message, facts, logTails }, mentions: [] });
  const texts = runsOf(payload);
  expect(texts.find((text) => /^… \d+ more$/.test(text))).toBeDefined();
  expect(texts.find((text) => /^… \d+ lines before$/.test(text))).toBeDefined();
  expect(texts.at(-2)).toBe('the end');
  expect(sizeOf(payload)).toBeGreaterThan(19_000);
  expect(sizeOf(payload)).toBeLessThanOrEqual(20_000);
});

test.each([
  ['10 000 emoji', '👩‍👩‍👧‍👦'.repeat(10_000)],
  ['300 kB of quotation marks', '"'.repeat(300_000)],
  ['300 kB of Hebrew', 'שלום '.repeat(60_000)],
])('%s fit after they were written anew', (_what, text) => {
  const hostile = {
    ...message,
    title: text,
    cause: text,
    hint: text,
    logTails: [{ label: text, lines: [text] }],
    facts: [{ label: text, value: text }],
  };
  const payload = renderTeams({ message: hostile, mentions: [] });
  expect(teamsErrors(payload)).toEqual([]);
  expect(sizeOf(payload)).toBeLessThanOrEqual(20_000);
});
