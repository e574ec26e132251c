import type { Message } from '../message.ts';
import { shortText } from './short-message.ts';
import { cutTo, oneLine } from './text.ts';

/** What Unicode itself does not take apart into ASCII. */
const written: Readonly<Record<string, string>> = {
  ...{ '→': '->', '←': '<-', '‐': '-', '‑': '-', '–': '-', '—': '-', '−': '-', '×': 'x', '•': '-', '·': '-', '�': '?' },
  ...{ '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"' },
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', ø: 'o', Ø: 'O', œ: 'oe', Œ: 'OE', đ: 'd', Đ: 'D', ł: 'l', Ł: 'L', ı: 'i' },
};

const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\u200d/gu;

/** Without accents, typographic signs and emoji; other scripts stay. */
const simple = (text: string) =>
  oneLine(
    text
      .replace(/[^\0-\x7f]/gu, (sign) => written[sign] ?? sign)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(EMOJI, ''),
  );

/** In ASCII, so without `…`. */
const cutPlainly = (text: string, limit: number) =>
  text.length <= limit ? text : `${text.slice(0, limit - 3).trimEnd()}...`;

const longestSubject = 99;

/**
 * An e-mail's subject: ASCII that begins with a letter, number or punctuation mark, without line breaks and control
 * characters, less than 100 characters. Source: SNS API reference, Publish, `Subject`; newer models allow UTF-8.
 */
export function subjectOf(message: Message): string {
  const [headline = ''] = shortText(message).split('\n');
  const ascii = simple(headline).replace(/[^ -~]+/g, '?');
  const begun = /^[\w!-#%-*,-/:;?@[-\]_{}]/.test(ascii) ? ascii : `Batuta: ${ascii || 'news'}`;
  return cutPlainly(begun, longestSubject);
}

const longestSms = 140;

/**
 * What happened and why, in one SMS where the text is ASCII (140 characters), in at most three where it is in another
 * script (70 each). Source: SNS API reference, Publish, `Message`. A backtick alone would make it the latter.
 */
export function smsOf(message: Message): string {
  const [headline = ''] = shortText(message).split('\n');
  const cause = message.cause ? `. Why: ${message.cause.slice(0, longestSms)}` : '';
  const text = simple(`${headline}${cause}`).replaceAll('`', "'");
  return /^[ -~]*$/.test(text) ? cutPlainly(text, longestSms) : cutTo(text, longestSms);
}
