import { byForm, type Patterns, REDACTED } from './redact-forms.ts';
import { isMixed } from './redact-random.ts';

// Lower case after lower case, or upper case after upper case, is the same word going on: `tokenizer`, `secretary`.
const wordEnds = `s?(?!(?-i:(?<=[a-z])[a-z]|(?<=[A-Z])[A-Z]))`;
const secretWord = `(?:(?:(?-i:(?<![a-z])pass|Pass|(?<![A-Z])PASS)|(?<![a-z.])(?:pg|db|mysql|redis|smtp|mail|ldap|ftp|admin|root)pass|pass(?:wor[dt]|wd|phrase|code)|pwd|secret|(?<!jsonweb)token|(?:api|app|access|private|signing|encryption|account|master|auth|license|stripe|ssh|hmac|jwt|webhook|integration)[_-]?key|credential|_auth|session[_-]?id|x-amz-signature|connection[_-]?string|(?<![a-z])(?:otp|pw))${wordEnds})`;
// What tells of a secret without being one: `token_count`, `password-file`.
const about = String.raw`(?![\w.-]{0,60}(?:count|type|limit|name|arn|file|path|length|size|usage|budget|version|stdin|\.(?:java|kt|scala|cs|go|py|rb|rs|php|[cm]?[jt]sx?))(?![\w.-]))`;
const quote = String.raw`(?:\\*["'])`;
// Up to the name's own beginning, so that a long word is looked through once; the last part of an ARN or path is no name.
const begins = String.raw`(?<![\w.-])(?<!:\d{12}:)(?<!\/[\w.-]{1,64}\/|parameter\/|unexpected )`;
const aName = String.raw`[\w.-]{0,60}?${secretWord}${about}[\w.-]{0,60}`;
const name = `${begins}${quote}?${aName}${quote}?`;
const quoted = String.raw`\\*"(?:[^"\\]|\\.)*(?:"|$)|\\*'[^']*(?:'|$)`;

// Words and counts that are no secret: `secret: true`, `pass: 12`. Said of a name, they end its field.
const nothing = String.raw`(?:true|false|yes|no|none|null|nil|undefined|missing|configured|present|absent|set|unset|found|valid|invalid|expired|done|ok|enabled|disabled|required|\d{1,3})`;
const wordIsOver = String.raw`(?![^\s,;&"'}\])])`;
const fieldIsOver = String.raw`(?=\s*(?:$|[,;"'}\])]|\s[\w.-]+[:=]))`;
const howMany = String.raw`(?<=(?:token|secret|credential|key|password)s["']?\s*[:=]\s*)\d+${wordIsOver}`;
// What one pattern took out is no value to the next.
const done = String.raw`\[(?:redacted|filtered|hidden|masked|removed)\]|arn:aws|(?:os\.environ|process\.env|getenv|os\.getenv|system\.getenv|env)\b[.[(]`;
const notDone = String.raw`(?!>?\s*(?:${done}|${nothing}${wordIsOver}|${howMany}))`;
const notDoneField = String.raw`(?!>?\s*(?:${done}|${nothing}${fieldIsOver}|${howMany}))`;

// A variable as AWS and Kubernetes write it: {"name":"DB_PASSWORD","value":"…"}.
const named = String.raw`(?<![\w.-])${quote}?(?:name|key)${quote}?\s*[:=]\s*${quote}?${aName}${quote}?`;
/** A line that names a variable of which the next one may hold the value. */
export const namedAbove = new RegExp(String.raw`^[\s{-]*${named}\s*,?\s*$`, 'i');
/** A line that ends with a secret's name, of which the next one may hold the value: a prompt, a block of YAML. */
export const askedAbove = new RegExp(
  String.raw`(?<![\w.-])${quote}?${aName}${quote}?\s*[:=]\s*(?:[|>][+-]?)?\s*$`,
  'i',
);
const valued = String.raw`(?<![\w.-])${quote}?value${quote}?\s*[:=]\s*`;
const value = String.raw`(?:\[redacted\]|${quoted}|[^\s,;"'}\]]+)`;

const byPlace: Patterns = [
  // Headers: the whole rest of the line, or of the string.
  [
    /((?:proxy-)?authorization|x-api-key|x-auth-token|x-amz-security-token|(?:set-)?cookie)(\\*["']?\s*[:=](?!\s*(?:granted|denied|failed|required|missing|none|not)\b)\s*\\*["']?)[^"'\\]+/gi,
    `$1$2${REDACTED}`,
  ],
  // In prose a plain word follows: `basic authentication`.
  [/\b(bearer:?|basic)\s+(?!(?-i:[A-Za-z]?[a-z]+)(?:[.,:;]?\s|[.,:;]?$))[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // scheme://user:password@host, to the last @ of the word: a password may hold one.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/]{0,200}:(?!\d{1,5}\/)[^\s]{0,500}@/gi, `$1${REDACTED}@`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s@/?#]{1,500}@/gi, `$1${REDACTED}@`],
  [/((?<![\w.-])[\w.-]{1,64}:)[^\s@]{1,200}(?=@(?:tcp|unix)\()/g, `$1${REDACTED}`],
  // Addresses that are credentials themselves.
  [
    /((?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks|outlook\.office(?:365)?\.com\/webhook|events(?:\.eu)?\.pagerduty\.com\/(?:integration|x-ere))\/)[^\s"'<>]+/gi,
    `$1${REDACTED}`,
  ],
  [/((?<![\w-])[\w-]+\.webhook\.office\.com\/|logic\.azure\.com[^\s"'<>?]*\?)[^\s"'<>]+/gi, `$1${REDACTED}`],
  // Go writes & as \u0026 in JSON, HTML as &amp;.
  [
    /((?:[?&]|&amp;|\\u0026)(?:sig|signature|key|code|auth|x-amz-[\w-]+)=)(?!\d{1,3}(?![^\s&"'<>]))[^\s&"'<>]+/gi,
    `$1${REDACTED}`,
  ],
  [/(\bredis-cli\s(?:[^|;&]{0,200}?\s)?-a\s+)["']?[^\s"']+/g, `$1${REDACTED}`],
  [/((?<!\S)(?:-u|--user)[\s=]\s*["']?[^\s:"']{1,100}:)(?!\d+(?!\S))[^\s"']+/g, `$1${REDACTED}`],
];

/** Of a character in an address, which may be one within another. */
const percent = '%(?:25){0,2}';

const onlyMixed = (found: string, name: string, word: string) => (isMixed(word) ? `${name}${REDACTED}` : found);

/** What each of `byName` needs: most lines name nothing of the kind, and each of these patterns costs. */
const mayName =
  /pass|secret|token|key|credential|auth|session|signature|connection|otp|pw|identified|login|mysql|maria|jwt|bearer|salt/i;
const byName: Patterns = [
  [new RegExp(String.raw`(${named}\s*[,;]?\s*${valued})${value}`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${valued})${value}(?=\s*[,;]\s*${named})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(<(?:[\w-]{1,40}:)?${aName}(?:\s[^<>]{0,200})?>)[^<>]{1,500}(?=<\/)`, 'gi'), `$1${REDACTED}`],
  // key=value, key: value, "key":"value", --key value.
  [new RegExp(String.raw`(${name}\s*(?:=>|:?=|:)\s*)(?:${quoted})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*:?=${notDone}>?\s*)[^\s,;&"'}\])]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}\s*:\s+)${notDoneField}[^\s"'{[][^,;"'}]*`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${name}:)(?!:)${notDone}[^\s,;&"'}\]]+`, 'gi'), `$1${REDACTED}`],
  [
    new RegExp(String.raw`(?<![\w-])(--?[\w-]{0,60}?${secretWord}${about}[\w-]{0,60}\s+)[^\s-][^\s]*`, 'gi'),
    `$1${REDACTED}`,
  ],
  // A pair of Python's, an option in a list, SQL, .netrc, prose, and short options of well-known commands.
  [new RegExp(String.raw`(\(\s*["']${aName}["']\s*,\s*)(?:${quoted})(?=\s*\))`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(["']--?${aName}["']\s*,\s*)(?:${quoted})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`\b((?:pass(?:word|wd|phrase)|identified\s+by)\s+)(?:${quoted})`, 'gi'), `$1${REDACTED}`],
  [/\b(login\s+\S{1,100}\s+password\s+)\S+/gi, `$1${REDACTED}`],
  [
    new RegExp(
      String.raw`((?:${secretWord}\s+is:?|(?:api|access|signing|encryption|master)\s+key(?:\s+is)?:?)\s+["']?)(?=\S*\d)(?=\S*[a-z])(?![/.]|https?:)[^\s"']+`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [/(\b(?:mysql|mariadb)\w*\s(?:[^|;&]{0,200}?\s)?-p)(?=\S)["']?[^\s"']+/g, `$1${REDACTED}`],
  [/(\b(?:sshpass|\w{2,20}\s+login)\s(?:[^|;&]{0,200}?\s)?-p\s?)["']?[^\s"']+/g, `$1${REDACTED}`],
  [/(\\*["']auth\\*["']\s*:\s*\\*["'])[\w+/=-]{8,}/g, `$1${REDACTED}`],
  // An address within an address: `next=%2Fin%3Ftoken%3Dabc%26a%3D1`.
  [
    new RegExp(
      String.raw`(?<=${secretWord}${about}[\w.-]{0,60}(?:${percent}22)?${percent}3[DA](?:${percent}20|\+)?(?:${percent}22)?)${notDone}(?:(?!${percent}2[26C])[^\s,;&"'<>}\])])+`,
      'gi',
    ),
    REDACTED,
  ],
  // Names that as often have a word or a number after them: `auth=basic`, `routing_key=orders.v1`, `token 12`.
  [
    /((?<![a-z])(?:(?:o?auth|jwt|bearer|salt|(?:routing|service)[_-]?key)\\?["']?\s?[:=]\s?\\?|(?<!unexpected )(?:token|password|passcode)\s)["'`]?)([\w~+-][\w.~+/-]{7,}={0,2})/gi,
    onlyMixed,
  ],
  // A variable of the environment: SENDGRID_KEY=…, but not a key to find something by.
  [
    /((?<!CACHE|PARTITION|SORT|PRIMARY|FOREIGN|PUBLIC|OBJECT|LOCK|GROUP|SHARD|HASH|RANGE|MESSAGE|ISSUE|DEDUP|IDEMPOTENCY)_KEY=["']?)([\w+-]{12,}={0,2})(?![\w.+/:-])/g,
    onlyMixed,
  ],
];

/** In this order: what is told by its place, then by its name, then by its form, then what only looks like a key. */
export const patternsFor = (line: string): Patterns => [...byPlace, ...(mayName.test(line) ? byName : []), ...byForm];
