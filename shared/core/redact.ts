import { cleaned } from './cleaned.ts';

/** What stands in a secret's place. */
const REDACTED = '[redacted]';

// Lower case after lower case, or upper case after upper case, is the same word going on: `tokenizer`, `secretary`.
const wordEnds = `s?(?!(?-i:(?<=[a-z])[a-z]|(?<=[A-Z])[A-Z]))`;
const secretWord = `(?:(?:(?-i:(?<![a-z])pass|Pass|(?<![A-Z])PASS)|pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|private|signing|encryption|account|master)[_-]?key|credential|_auth|session[_-]?id|x-amz-signature|connection[_-]?string)${wordEnds})`;
// What tells of a secret without being one: `token_count`, `password-file`.
const about = String.raw`(?![\w.-]{0,60}(?:count|type|limit|name|arn|file|path|length|size|usage|budget|version)(?![\w.-]))`;
const quote = String.raw`(?:\\*["'])`;
// Up to the name's own beginning, so that a long word is looked through once; the last part of an ARN or path is no name.
const begins = String.raw`(?<![\w.-])(?<!:\d{12}:)(?<!\/[\w.-]{1,64}\/|parameter\/)`;
const name = String.raw`${begins}${quote}?(?:[\w.-]{0,60}?${secretWord}${about}[\w.-]{0,60})${quote}?`;
const quoted = String.raw`\\*"(?:[^"\\]|\\.)*(?:"|$)|\\*'[^']*(?:'|$)`;

// What one pattern took out is no value to the next.
const notDone = String.raw`(?!>?\s*(?:\[redacted\]|arn:aws))`;

type Replacement = string | ((found: string, at: number, text: string) => string);

const isPlain = (part: string) =>
  /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|\d+)*[0-9A-F]{0,8}$/.test(part) ||
  /^[0-9a-f]+$|^[0-9A-Z]{11,14}$|^\w$/.test(part);

/** Long runs of base64 are taken for keys, unless they are a digest in hex, or plain words put together. */
const looksRandom = (run: string) =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && !run.split(/[/_+-]/).every(isPlain);

const inArn = (text: string, at: number) => /arn:aws[^\s"',]*$/.test(text.slice(Math.max(0, at - 200), at));

/** In this order: what is named by its place first, then what is known by its form, then what only looks like a key. */
const patterns: readonly [RegExp, Replacement][] = [
  // Headers: the whole rest of the line, or of the string.
  [
    /((?:proxy-)?authorization|x-api-key|x-auth-token|x-amz-security-token|(?:set-)?cookie)(\\*["']?\s*[:=]\s*\\*["']?)[^"'\\]+/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // scheme://user:password@host, to the last @ of the word: a password may hold one.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/]{0,200}:[^\s]{0,500}@/gi, `$1${REDACTED}@`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/?#]{1,500}@/gi, `$1${REDACTED}@`],
  // Addresses that are credentials themselves.
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/(discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/((?<![\w-])[\w-]+\.webhook\.office\.com\/|logic\.azure\.com[^\s"'<>?]*\?)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/([?&](?:sig|signature|key|code|x-amz-[\w-]+)=)[^\s&"'<>]+/gi, `$1${REDACTED}`],
  // key=value, key: value, "key":"value", --key value.
  [new RegExp(String.raw`(${name}\s*(?:=>|[:=])\s*)(?:${quoted})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*=${notDone}>?\s*)[^\s,;&"'}\])]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*:\s+)${notDone}[^\s"'{[][^,;"'}]*`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}:)(?!:)${notDone}[^\s,;&"'}\]]+`, 'gi'), `$1${REDACTED}`],
  [
    new RegExp(String.raw`(?<![\w-])(--?[\w-]{0,60}?${secretWord}${about}[\w-]{0,60}\s+)[^\s-][^\s]*`, 'gi'),
    `$1${REDACTED}`,
  ],
  // Forms that their makers publish.
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g, REDACTED],
  [/\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ABIA|ACCA)[A-Z0-9]{12,}/g, REDACTED],
  [
    /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_\w{20,}|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,})/g,
    REDACTED,
  ],
  [
    /\b(?:[srp]k_(?:live|test)_\w{8,}|sk-[\w-]{16,}|whsec_[\w+/=-]{8,}|AIza[\w-]{30,}|SG\.[\w-]{8,}\.[\w-]{8,})/g,
    REDACTED,
  ],
  [/\b(?:hv[sb]\.[\w-]{16,}|dop_v1_\w{16,}|shp(?:at|ss|ca|pa)_\w{16,}|SK[0-9a-f]{32}|ya29\.[\w-]{8,})/g, REDACTED],
  [
    /\b(?:hf_[A-Za-z0-9]{16,}|pypi-[\w-]{16,}|dckr_pat_[\w-]{16,}|glsa_\w{16,}|lin_api_\w{16,}|ATATT3x[\w=-]{16,})/g,
    REDACTED,
  ],
  [/\b(?:AGE-SECRET-KEY-1[A-Z0-9]{16,}|key-[0-9a-f]{32}|NRAK-[A-Z0-9]{16,}|dapi[0-9a-f]{32})\b/g, REDACTED],
  // Telegram's and Discord's bots.
  [/\b\d{8,10}:[\w-]{35}(?![\w-])|\b[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}/g, REDACTED],
  // A token of Batuta's API: id.secret.
  [/(?<![\w-])[a-z0-9][a-z0-9-]{0,62}\.[\w-]{43}(?![\w-])/g, REDACTED],
  [
    /(?<![\w+/=-])[\w+/-]{40,}={0,2}(?![\w+/=-])/g,
    (run, at, text) => (looksRandom(run) && !inArn(text, at) ? REDACTED : run),
  ],
];

/** Beyond this a line is cut before anything looks at it: what is looked for costs up to the square of a line's length. */
const longestRead = 4096;

/** One line without what looks like a secret; an opinion by pattern, not a proof. */
export function redact(line: string): string {
  const read = cleaned(line.slice(0, longestRead));
  return patterns.reduce(
    (text, [pattern, replacement]) =>
      typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement),
    read,
  );
}

/** So many lines of a text, and so much of it, are looked at. */
const mostLines = 100;
const mostRead = 16_384;

/** A text of several lines, redacted and cut to `length` characters; what is far beyond that is not even looked at. */
export function redactText(text: string, length: number): string {
  if (text.length <= longestRead && !text.includes('\n')) return cut(redactLine(text), length);
  const lines = cleaned(text.slice(0, mostRead)).split('\n').slice(0, mostLines);
  return cut(redactedTail(lines, mostLines, longestRead).join('\n'), length);
}

const redactLine = (line: string) => (isOfKey(line) ? REDACTED : redact(line));

const keyBegins = /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
const keyEnds = /-----END [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
/** A line of a key whose beginning was not read. */
const keyLine = /^\s*[A-Za-z0-9+/]{40,76}={0,2}\s*$/;
const isOfKey = (line: string) => keyBegins.test(line) || keyEnds.test(line);

/**
 * The last `count` of the lines, redacted, each at most `length` characters. Keys that go over several lines are
 * taken out whole, which is why all lines that were read are wanted.
 */
export function redactedTail(lines: readonly string[], count: number, length: number): string[] {
  const isKey = keyLines(lines);
  return lines
    .map((line, index) => (isKey[index] ? REDACTED : line))
    .slice(-count)
    .map((line) => cut(line === REDACTED ? line : redact(line), length));
}

function keyLines(lines: readonly string[]): boolean[] {
  let inside = false;
  return lines.map((line) => {
    const begun = keyBegins.test(line);
    const isKey = inside || begun || keyEnds.test(line) || (keyLine.test(line) && looksRandom(line.trim()));
    inside = (inside || begun) && !keyEnds.test(line);
    return isKey;
  });
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
