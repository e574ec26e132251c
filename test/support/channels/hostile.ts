import fc from 'fast-check';
import type { Message } from '../../../shared/notify/message.ts';
import { newsKinds } from '../../../shared/notify/news-kind.ts';

const nasty = [
  '<!channel>',
  '<@U0123ABCD>',
  '@everyone @here',
  '<@123456789012345678><@&123456789012345678><#1>',
  '<at>Ann</at> <At>ann@example.com</at>',
  '<\u200bat>Ann</at>',
  '{{DATE(2026-11-20T10:00:00Z, SHORT)}} {{{TIME(2026-11-20T10:00:00Z)}}',
  '[click](https://evil.example/x) ![i](http://evil.example/i.png)',
  'https://evil.example/?a=1 HTTPS://EVIL.example discord://x www.evil.example',
  '```\nend of the block',
  '``` `x` ``',
  '**bold** __under__ ~~gone~~ ||spoiler|| *i* _i_',
  '# head\n> quote\n>>> all\n- one\n+ two\n1. three\n-# small',
  ':tada: <a:wave:123456789012345678> <t:1700000000:R> </x:1>',
  '\\',
  '\\*',
  '\\\\*\\',
  '\u202eexe.gnp\u202c \u2066x\u2069 \u200f',
  '\x1b[31mred\x1b[0m\x1b]8;;http://evil\x07x\x1b]8;;\x07\x00\x07',
  '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪',
  '\ud83d',
  '\u0000',
  '\r\n\u2028',
  '<script>alert(1)</script>&lt;at&gt;"\'+',
  '__proto__',
  'constructor',
  ' ',
  '',
];

/** Text as somebody may send it who wants to be seen, to call, or to break. */
export const hostileText = (longest = 30): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...nasty) },
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc
          .tuple(fc.constantFrom('é', '"', '<', '👍🏽', '`', '@', '\\', '{', 'word ', '\n'), fc.nat(3000))
          .map(([part, count]) => part.repeat(count)),
      ),
      { maxLength: longest },
    )
    .map((parts) => parts.join(''));

const url = fc.oneof(
  fc.webUrl(),
  fc.constantFrom(
    'javascript:alert(1)',
    'http://evil.example',
    'https://u:p@evil.example',
    'no url',
    'https://x.example/a)b(<c>"\\`',
  ),
  fc.nat(3000).map((length) => `https://x.example/${'a'.repeat(length)}`),
);

const hostileFact = fc.record({ label: hostileText(4), value: hostileText(6) });

export const hostileMessage: fc.Arbitrary<Message> = fc.record(
  {
    kind: fc.constantFrom(...newsKinds),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'error' as const),
    title: hostileText(8),
    subject: hostileText(4),
    news: fc.string(),
    facts: fc.oneof(
      fc.array(hostileFact, { maxLength: 8 }),
      hostileFact.map((fact) => Array(60).fill(fact)),
    ),
    cause: hostileText(8),
    hint: hostileText(8),
    logTails: fc.array(fc.record({ label: hostileText(3), lines: fc.array(hostileText(3), { maxLength: 40 }) }), {
      maxLength: 12,
    }),
    links: fc.array(fc.record({ label: hostileText(3), url }), { maxLength: 12 }),
    actions: fc.array(fc.record({ label: hostileText(3), command: hostileText(3) }), { maxLength: 8 }),
    incident: fc.record({ key: hostileText(5), state: fc.constantFrom('open' as const, 'closed' as const) }),
    ongoing: fc.boolean(),
    at: fc.nat(2_000_000_000_000),
  },
  { requiredKeys: ['kind', 'severity', 'title', 'subject', 'news', 'facts', 'at'] },
);
