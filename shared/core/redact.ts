/** What stands in a secret's place. */
const REDACTED = '[redacted]';

const secretWord =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|account[_-]?key|credentials?|_auth|session[_-]?id|x-amz-signature|connection[_-]?string';
const quote = String.raw`(?:\\*["'])`;
// Up to the name's own beginning, so that a long word is looked through once.
const name = String.raw`(?<![\w.-])${quote}?(?:[\w.-]*?(?:${secretWord})[\w.-]*)${quote}?`;
const quoted = String.raw`\\*"(?:[^"\\]|\\.)*(?:"|$)|\\*'[^']*(?:'|$)`;

// What one pattern took out is no value to the next.
const notDone = String.raw`(?!>?\s*\[redacted\])`;

type Replacement = string | ((found: string) => string);

/** Long runs of base64 are taken for keys, unless they are a digest in hex or plain words. */
const looksRandom = (run: string) =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && !/^[0-9a-f]+$/i.test(run);

/** In this order: what is named by its place first, then what is known by its form, then what only looks like a key. */
const patterns: readonly [RegExp, Replacement][] = [
  // Headers: the whole rest of the line, or of the string.
  [
    /((?:proxy-)?authorization|x-api-key|x-auth-token|x-amz-security-token|(?:set-)?cookie)(\\*["']?\s*[:=]\s*\\*["']?)[^"'\\]+/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // scheme://user:password@host, to the last @ of the word: a password may hold one.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/]*:[^\s]*@/gi, `$1${REDACTED}@`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/?#]+@/gi, `$1${REDACTED}@`],
  // Addresses that are credentials themselves.
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/(discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/([\w-]+\.webhook\.office\.com\/|logic\.azure\.com[^\s"'<>?]*\?)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/([?&](?:sig|signature|key|code|x-amz-[\w-]+)=)[^\s&"'<>]+/gi, `$1${REDACTED}`],
  // key=value, key: value, "key":"value", --key value.
  [new RegExp(String.raw`(${name}\s*(?:=>|[:=])\s*)(?:${quoted})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*=${notDone}>?\s*)[^\s,;&"'}\])]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*:\s+)[^\s"'{[][^,;"'}]*`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}:)${notDone}[^\s,;&"'}\]]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(--?[\w-]*(?:${secretWord})[\w-]*\s+)[^\s-][^\s]*`, 'gi'), `$1${REDACTED}`],
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
  // A token of Batuta's API: id.secret.
  [/\b[a-z0-9][a-z0-9-]{0,62}\.[\w-]{43}(?![\w-])/g, REDACTED],
  [/(?<![\w+/=-])[\w+/-]{40,}={0,2}(?![\w+/=-])/g, (run) => (looksRandom(run) ? REDACTED : run)],
];

/** Beyond this a line is cut before anything looks at it. */
const longestRead = 4096;

/** One line without what looks like a secret; an opinion by pattern, not a proof. */
export function redact(line: string): string {
  return patterns.reduce(
    (text, [pattern, replacement]) =>
      typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement),
    line.slice(0, longestRead),
  );
}

const begins = /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
const ends = /-----END [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z ]*-----/;
/** A line of a key whose beginning was not read. */
const keyLine = /^\s*[A-Za-z0-9+/]{40,76}={0,2}\s*$/;

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
    const begun = begins.test(line);
    const isKey = inside || begun || ends.test(line) || keyLine.test(line);
    inside = (inside || begun) && !ends.test(line);
    return isKey;
  });
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
