import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOfMessage } from '../../../../local/channels/slack-limits.ts';
import { slack } from '../../../../shared/notify/channels/slack.ts';
import {
  type SlackContent,
  slackMain,
  slackThread,
  slackWhole,
} from '../../../../shared/notify/channels/slack-render.ts';
import { slackWebhook } from '../../../../shared/notify/channels/slack-webhook.ts';
import type { Message } from '../../../../shared/notify/message.ts';
import { hostileMessage } from '../../../support/channels/hostile.ts';
import { markupIn, mentionsIn, mrkdwnOf } from '../../../support/channels/slack-limits.ts';

const message: Message = {
  kind: 'deployment-rolled-back',
  severity: 'error',
  title: 'shop-api 1.1.0 failed and was rolled back to 1.0.0',
  subject: 'shop-api',
  news: 'rolled-back',
  facts: [
    { label: 'Image', value: 'shop/api:1.1.0 (sha256:0123456789ab)' },
    { label: 'Revision', value: 'shop-api:2, back to shop-api:1' },
    { label: 'Took', value: '3 min 5 s' },
    { label: 'Tasks that died', value: 'exit code 1 of container api (3 tasks)' },
  ],
  cause: 'exit code 1 of container api',
  hint: 'read the log (/ecs/shop_api)',
  actions: [{ label: 'Try again', command: 'batuta deploy shop-api 1.1.0' }],
  links: [{ label: 'Service in ECS', url: 'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/prod' }],
  logTails: [{ label: 'task 405cdabe', lines: ['starting', 'no `PORT` in <env>'] }],
  at: Date.parse('2026-11-20T10:00:00Z'),
};
const rendered = { message, mentions: [] };
const textsOf = ({ blocks }: SlackContent) =>
  JSON.stringify(blocks)
    .match(/"text":"((?:[^"\\]|\\.)*)"/g)
    ?.map((found) => JSON.parse(`{${found}}`).text);

test('the message says what happened, why, what to do and the facts, and where to look', () => {
  expect(textsOf(slackMain(rendered))).toEqual([
    '🔴 shop-api 1.1.0 failed and was rolled back to 1.0.0',
    '*Why:* exit code 1 of container api',
    '*What to do:* read the log (/ecs/shop_api)',
    'Try again – `batuta deploy shop-api 1.1.0`',
    '*Image*\nshop/api:1.1.0 (sha256:0123456789ab)',
    '*Revision*\nshop-api:2, back to shop-api:1',
    '*Took*\n3 min 5 s',
    '*Tasks that died*\nexit code 1 of container api (3 tasks)',
    '<https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/prod|Service in ECS>',
    'shop-api · 2026-11-20 10:00:00 UTC',
  ]);
});

test('its log stands in the thread, as code whatever it says', () => {
  expect(slackThread(rendered, true)?.blocks).toMatchObject([
    { type: 'section', text: { text: '*Log:* task 405cdabe\n```\nstarting\nno ˋPORTˋ in &lt;env&gt;\n```' } },
  ]);
  expect(slackThread({ message: { ...message, logTails: [] }, mentions: [] }, true)).toBeUndefined();
});

test('facts beyond the first six stand in the thread, and the message says how many', () => {
  const facts = Array.from({ length: 9 }, (_, index) => ({ label: `L${index}`, value: `v${index}` }));
  const many = { message: { ...message, facts, logTails: [] }, mentions: [] };
  expect(textsOf(slackMain(many))?.at(-1)).toMatch(/ · … 3 more in the thread$/);
  expect(textsOf(slackThread(many, false) as SlackContent)).toEqual([
    '🔴 shop-api 1.1.0 failed and was rolled back to 1.0.0',
    '*L6*\nv6',
    '*L7*\nv7',
    '*L8*\nv8',
  ]);
});

test('a webhook has no thread: everything is in the one message', () => {
  const texts = textsOf(slackWhole(rendered));
  expect(texts).toContain('*Tasks that died*\nexit code 1 of container api (3 tasks)');
  expect(texts?.at(-1)).toContain('*Log:* task 405cdabe');
});

test.each([
  ['an error', { severity: 'error' }, '🔴'],
  ['a warning', { severity: 'warning' }, '⚠️'],
  ['what is under way', { severity: 'info', ongoing: true }, '⏳'],
  ['what waits for somebody', { severity: 'info', kind: 'deployment-held' }, '⏳'],
  ['a summary', { severity: 'info', kind: 'digest-summary' }, '📋'],
  ['a success', { severity: 'info', kind: 'deployment-succeeded' }, '✅'],
  ['all else', { severity: 'info', kind: 'deployment-superseded' }, 'ℹ️'],
] as const)('%s can be told by its sign', (_what, part, sign) => {
  expect(slackMain({ message: { ...message, ...part }, mentions: [] }).text.startsWith(`${sign} `)).toBe(true);
});

describe('what is said is shown as it is', () => {
  const why = (cause: string) =>
    textsOf(slackMain({ message: { ...message, cause }, mentions: [] }))?.find((text: string) =>
      text.startsWith('*Why'),
    );
  test.each([
    ['a mention', '<!channel> <@U0123ABCD>', '&lt;!channel&gt; &lt;@U0123ABCD&gt;'],
    ['a link', '<https://evil|click>', '&lt;https://evil|click&gt;'],
    ['bold', 'a *b c* d', 'a `*b` `c*` d'],
    ['names with underscores', 'db_backup _now_', 'db_backup `_now_`'],
    ['code', 'run `x`', 'run `ˋxˋ`'],
    ['a quote', '> said', '`&gt;` said'],
    ['an emoji by name', 'tada :tada: at 2026-11-20T10:00:30Z: ok', 'tada `:tada:` at 2026-11-20T10:00:30Z: ok'],
    ['an entity', '&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['colours and what turns text', '\x1b[31mred\x1b[0m \u202egpj.exe', 'red gpj.exe'],
  ])('%s', (_what, cause, shown) => expect(why(cause)).toBe(`*Why:* ${shown}`));
});

describe('whom the route calls', () => {
  const mentions = ['<!here>', '<@U0123ABCD>', 'ann@example.com', '<!here>', '*all*'];
  const mentioned = (severity: Message['severity']) =>
    mentionsIn({ ...slackMain({ message: { ...message, severity }, mentions }) });

  test('is called for an error, each once, and only in Slack’s own form', () =>
    expect(mentioned('error')).toEqual(['<!here>', '<@U0123ABCD>']));
  test('is not called for anything less', () => {
    expect(mentioned('warning')).toEqual([]);
    expect(mentioned('info')).toEqual([]);
  });
});

/** Our own bold labels go first in a text. */
const withoutLabel = (text: string) => text.replace(/^\*[^*]+\*/, '');

test('no input makes a payload that Slack refuses, a mention, or markup', () => {
  const channel = { name: 'team', type: 'slack', token: 't', channel: '#deploys' } as const;
  const hook = { name: 'team', type: 'slack-webhook', url: 'u' } as const;
  fc.assert(
    fc.property(hostileMessage, fc.boolean(), (hostile, isCalling) => {
      const mentions = isCalling ? Array(30).fill('<!subteam^S0123456789ABC>') : [];
      const given = { message: hostile, mentions };
      const bot = slack.render(given, channel) as { message: SlackContent; thread?: SlackContent };
      const news = slackThread(given, false);
      for (const content of [bot.message, bot.thread, news, slackWebhook.render(given, hook) as SlackContent]) {
        if (!content) continue;
        const raw = JSON.stringify({
          channel: 'C0123456789',
          thread_ts: '1700000000.000100',
          ...content,
          parse: 'none',
        });
        expect(refusalOfMessage(raw, JSON.parse(raw))).toBeUndefined();
        const called = new Set(mentionsIn({ ...content }));
        if (!isCalling || hostile.severity !== 'error') expect([...called]).toEqual([]);
        for (const mention of called) expect(mention).toBe('<!subteam^S0123456789ABC>');
        const shown = mrkdwnOf(content.blocks).map((text) => text.replaceAll('<!subteam^S0123456789ABC>', ''));
        expect(shown.flatMap((text) => markupIn(withoutLabel(text)))).toEqual([]);
      }
    }),
    { numRuns: 50 },
  );
});

test('logs of 1 MB, binary, and 10 000 emoji are cut from their less important end', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(40)}\u0000\ud800`);
  const huge = {
    ...message,
    title: '👩‍👩‍👧‍👦'.repeat(10_000),
    cause: 'c'.repeat(1_000_000),
    logTails: [{ label: 'task', lines }],
  };
  const thread = slackThread({ message: huge, mentions: [] }, true);
  expect(textsOf(thread as SlackContent)?.[0]).toMatch(/```\n… 19\d{3} lines before\n[\s\S]*line 19999 x{40}�\n```$/);
  expect(textsOf(slackMain({ message: huge, mentions: [] }))?.[0]).toMatch(/^🔴 (?:👩‍👩‍👧‍👦)+…$/u);
});
