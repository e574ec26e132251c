import { expect, test } from 'vitest';
import type { ChannelConfig } from '../../shared/config/config.ts';
import { channelSender } from '../../shared/notify/deliver/send.ts';
import type { Message } from '../../shared/notify/message.ts';
import { redactMessage } from '../../shared/notify/redact-message.ts';
import { startEveryChannel } from '../support/channels/every-channel.ts';
import { markupIn, mrkdwnOf } from '../support/channels/slack-limits.ts';

const family = '👩‍👩‍👧‍👦';

/** The same text in every place that somebody else writes. */
const told = (text: string): Message =>
  redactMessage({
    kind: 'run-failed',
    severity: 'error',
    title: `backup failed: ${text}`,
    subject: `backup ${text}`,
    news: 'failed',
    cause: `the cause: ${text}`,
    hint: `the hint: ${text}`,
    facts: [{ label: `fact ${text}`, value: `value ${text}` }],
    logTails: [{ label: `log ${text}`, lines: [...text.split('\n'), 'the last line'] }],
    actions: [{ label: `do ${text}`, command: 'batuta run backup' }],
    links: [{ label: `look ${text}`, url: 'https://console.example/log' }],
    incident: { key: 'job:backup', state: 'open' },
    tag: text,
    at: Date.parse('2026-11-20T10:00:00Z'),
  });

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const steering = /[[\p{Cc}--[\n\t]]\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/v;

/** Nothing in it is half a character or steers the display; but Discord's own mark that keeps backticks apart. */
function unclean(shown: unknown): string[] {
  return textsIn(shown)
    .map((text) => text.replaceAll('`\u200b', '`'))
    .filter((text) => steering.test(text) || !text.isWellFormed())
    .map((text) => text.slice(0, 200));
}

const binary = String.fromCharCode(...Array.from({ length: 5000 }, (_, index) => (index * 7919) % 65_536));

test.each<[fact: string, text: string]>([
  ['mentions of Slack', '<!channel> <!here|here> <@U0123ABCD> <!subteam^S0123ABCD> <#C0123ABCD>'],
  ['mentions of Discord and Teams', '@everyone @here <@123456789012345678> <@&1> <at>Ann</at> {{DATE(2026-11-20)}}'],
  ['links with other words', '<https://evil.example|your bank> [your bank](https://evil.example) <a href="x">y</a>'],
  ['backticks', '`code` ``` end of the block ```'],
  ['right-to-left marks', 'invoice\u202egpj.exe\u202c \u200f\u2067x\u2069\u061c \u2066\u2068'],
  ['10 000 emoji', family.repeat(10_000)],
  ['halves of characters', 'a\ud83d b\udc69 \ud800\ud800'],
  ['line breaks of every kind', 'one\r\ntwo\rthree\u2028four\u2029five\u0085six\vseven'],
  ['zero-width characters', 'ad\u200bmi\u2060n\ufeff \u00ad\u180e\u{e0041}\u3164'],
  ['a log of 1 MB', `${'x'.repeat(99)}\n`.repeat(10_000)],
  ['a line of 1 MB', 'x'.repeat(1_000_000)],
  ['binary', binary],
  ['NUL bytes', '\0'.repeat(300_000)],
  ['colours and cursor moves', '\x1b[1;31mred\x1b[0m \x1b[2J\x1b[H\x1b[10A\x1b[?25l up'],
  ['links and titles for terminals', '\x1b]8;;https://evil.example\x07bank\x1b]8;;\x07 \x1b]0;owned\x1b\\ \x9b31m'],
  ['markup', '*b* _i_ ~s~ > q\n# h\n- l ||s|| __u__ :tada: <t:1:R> &lt;b&gt; \\* <script>alert(1)</script>'],
])('%s are shown as text by every channel, within its limits, and call nobody', async (_fact, text) => {
  const { channels, ports, shown, called, lost } = await startEveryChannel();
  const sender = channelSender(ports);
  const message = told(text);
  for (const [type, channel] of Object.entries(channels)) {
    const sent = await sender.send({ channel, message, id: 'id', mentions: [] });
    expect([type, sent.kind, 'why' in sent ? sent.why : '']).toEqual([type, 'sent', '']);
  }
  const all = shown();
  for (const [type, messages] of Object.entries(all)) {
    expect([type, messages.length > 0]).toEqual([type, true]);
    expect([type, unclean(messages)]).toEqual([type, []]);
    expect(JSON.stringify(messages)).toMatch(/backup failed/);
  }
  expect(lost).toEqual([]);
  expect(called()).toEqual([]);
  const slack = [...all.slack, ...all['slack-webhook']] as { blocks: unknown }[];
  expect(
    slack.flatMap(({ blocks }) => mrkdwnOf(blocks)).flatMap((one) => markupIn(one.replace(/^\*[^*]+\*/, ''))),
  ).toEqual([]);
  const cut = textsIn(all).filter((one) => /[👩👧👦\u200d]/u.test(one.replaceAll(family, '')));
  expect(cut.map((one) => one.slice(-60))).toEqual([]);
});

test('every type of channel has its server here', async () => {
  const { channels } = await startEveryChannel();
  const types: Record<ChannelConfig['type'], true> = {
    discord: true,
    eventbridge: true,
    pagerduty: true,
    slack: true,
    'slack-webhook': true,
    sns: true,
    teams: true,
    webhook: true,
  };
  expect(Object.keys(channels).sort()).toEqual(Object.keys(types).sort());
});
