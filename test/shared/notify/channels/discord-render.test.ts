import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discordErrors } from '../../../../local/channels/discord-limits.ts';
import { renderDiscord, renderDiscordCall } from '../../../../shared/notify/channels/discord-render.ts';
import { escapeDiscord } from '../../../../shared/notify/channels/discord-text.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage, hostileText } from '../../../support/channels/hostile.ts';

const message: Message = {
  kind: 'run-failed',
  severity: 'error',
  title: 'db_backup failed',
  subject: 'db_backup',
  news: 'failed',
  facts: [
    { label: 'Attempts', value: '3 of 3' },
    { label: 'Image', value: 'x'.repeat(60) },
  ],
  cause: 'exit code 1 of container job',
  hint: 'read the log',
  actions: [{ label: 'Run it again', command: 'batuta run db_backup' }],
  links: [{ label: 'Log', url: 'https://console.example/log(1)?a=b_c' }],
  logTails: [{ label: 'task 405cdabe', lines: ['one', 'two ```'] }],
  at: Date.parse('2026-11-20T10:00:00Z'),
};

/** What Discord's markdown would make something of, where a backslash takes the meaning of the next sign. */
const meant = (text: string) =>
  text
    .replace(/\\[^0-9A-Za-z\s]/g, '·')
    .match(/[*_~|`<[\]@\\]|\w+:\/\/|:[\w+-]+:|^[ \t]*(?:[#>]|[-+*]\s|-#|\d+[.)])/gm);

test('a message says why, what to do, what to type and where to look; the log stands in a block', () => {
  expect(renderDiscord({ message, mentions: [] })).toEqual({
    content: '',
    allowed_mentions: { parse: [], users: [], roles: [] },
    embeds: [
      {
        title: 'db\\_backup failed',
        description: [
          '**Why:** exit code 1 of container job',
          '**What to do:** read the log',
          'Run it again: `batuta run db_backup`',
          '[Log](https://console.example/log%281%29?a=b_c)',
        ].join('\n'),
        color: 0xd32f2f,
        fields: [
          { name: 'Attempts', value: '3 of 3', inline: true },
          { name: 'Image', value: 'x'.repeat(60), inline: false },
        ],
        footer: { text: 'db_backup' },
        timestamp: '2026-11-20T10:00:00.000Z',
      },
      { title: 'task 405cdabe', description: '```\none\ntwo `\u200b`\u200b`\u200b\n```', color: 0xd32f2f },
    ],
  });
});

test('no message breaks a limit, and nothing of it is a mention or formatted', () => {
  const routes = fc.array(fc.constantFrom('here', '<@1>', '<@&2>', '@everyone', 'nobody'), { maxLength: 80 });
  fc.assert(
    fc.property(hostileMessage, routes, (hostile, mentions) => {
      for (const render of [renderDiscord, renderDiscordCall]) {
        const payload = render({ message: hostile, mentions });
        expect(discordErrors(payload)).toEqual([]);
        expect(payload.content).toMatch(/^((@here|@everyone|<@1>|<@&2>)( |$))*$/);
        for (const { title = '', fields = [], description = '' } of payload.embeds) {
          for (const text of [title, ...fields.flatMap(({ name, value }) => [name, value])])
            expect(meant(text)).toBeNull();
          expect(description.replace(/^```\n([\s\S]*)\n```$/, '$1')).not.toContain('```');
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('a cause and a hint are shown as they are, whatever they hold', () => {
  fc.assert(
    fc.property(hostileText(6), (text) => {
      expect(meant(escapeDiscord(text))).toBeNull();
      const { embeds } = renderDiscord({
        message: { ...message, cause: text, hint: text, actions: [], links: [] },
        mentions: [],
      });
      const ours = (embeds[0]?.description ?? '').replace(/^\*\*(Why|What to do):\*\* /gm, '');
      expect(meant(ours)).toBeNull();
    }),
    { numRuns: 100 },
  );
});

test('what is cut says how much, and a log of 1 MB shows its end', () => {
  const facts = Array.from({ length: 60 }, (_, index) => ({ label: `Fact ${index}`, value: 'v' }));
  const logTails = [{ label: 'log', lines: [...Array(20_000).fill('x'.repeat(50)), 'the end'] }];
  const [first, log] = renderDiscord({ message: { ...message, facts, logTails }, mentions: [] }).embeds;
  expect(first?.fields).toHaveLength(25);
  expect(first?.fields?.at(-1)).toEqual({ name: '…', value: '… 36 more', inline: false });
  expect(log?.description).toMatch(/^```\n… \d+ lines before\n[\s\S]*\nthe end\n```$/);
});

test.each([
  ['10 000 emoji', '👩‍👩‍👧‍👦'.repeat(10_000)],
  ['300 kB of backticks', '`'.repeat(300_000)],
  ['300 kB of nothing', '\x00'.repeat(300_000)],
  ['one line of 1 MB', 'x'.repeat(1_000_000)],
])('%s are no reason for a refusal', (_what, text) => {
  const hostile = {
    ...message,
    title: text,
    cause: text,
    subject: text,
    logTails: [{ label: text, lines: [text] }],
    facts: [{ label: text, value: text }],
  };
  expect(discordErrors(renderDiscord({ message: hostile, mentions: [] }))).toEqual([]);
});
