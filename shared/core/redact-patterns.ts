/** What stands in a secret's place. */
export const REDACTED = '[redacted]';

// Lower case after lower case, or upper case after upper case, is the same word going on: `tokenizer`, `secretary`.
const wordEnds = `s?(?!(?-i:(?<=[a-z])[a-z]|(?<=[A-Z])[A-Z]))`;
const secretWord = `(?:(?:(?-i:(?<![a-z])pass|Pass|(?<![A-Z])PASS)|pass(?:word|wd|phrase)|pwd|secret|(?<!jsonweb)token|(?:api|app|access|private|signing|encryption|account|master|auth|license|stripe|ssh|hmac|jwt|webhook)[_-]?key|credential|_auth|session[_-]?id|x-amz-signature|connection[_-]?string|(?<![a-z])(?:otp|pw))${wordEnds})`;
// What tells of a secret without being one: `token_count`, `password-file`.
const about = String.raw`(?![\w.-]{0,60}(?:count|type|limit|name|arn|file|path|length|size|usage|budget|version|stdin|\.(?:java|kt|scala|cs|go|py|rb|rs|php|[cm]?[jt]sx?))(?![\w.-]))`;
const quote = String.raw`(?:\\*["'])`;
// Up to the name's own beginning, so that a long word is looked through once; the last part of an ARN or path is no name.
const begins = String.raw`(?<![\w.-])(?<!:\d{12}:)(?<!\/[\w.-]{1,64}\/|parameter\/|unexpected )`;
const aName = String.raw`[\w.-]{0,60}?${secretWord}${about}[\w.-]{0,60}`;
const name = `${begins}${quote}?${aName}${quote}?`;
const quoted = String.raw`\\*"(?:[^"\\]|\\.)*(?:"|$)|\\*'[^']*(?:'|$)`;

// Words and counts that are no secret: `secret: true`, `pass: 12`. Said of a name, they end its field.
const nothing = String.raw`(?:true|false|yes|no|none|null|nil|undefined|missing|configured|present|absent|set|unset|found|valid|invalid|expired|done|ok|\d{1,3})`;
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
const valued = String.raw`(?<![\w.-])${quote}?value${quote}?\s*[:=]\s*`;
const value = String.raw`(?:\[redacted\]|${quoted}|[^\s,;"'}\]]+)`;

type Replacement = string | ((found: string, at: number, text: string) => string);

const isPlain = (part: string) =>
  /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])|\d+)*[0-9A-F]{0,8}$/.test(part) ||
  /^[0-9a-f]+$|^[0-9A-Z]{11,14}$|^\w$|^\d{8}T\d{4,6}Z?$/.test(part);

/** Long runs of base64 are taken for keys, unless they are a digest in hex, or plain words put together. */
export const looksRandom = (run: string) =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && !run.split(/[/_+-]/).every(isPlain);

/** A path is not as random as all of its names together: `/tmp/tmp-Xa81bQ/home/dump`. */
const isPath = (run: string) =>
  /^\/.*\//.test(run) && !run.split(/[/_+-]/).some((part) => part.length >= 16 && looksRandom(part));

const inArn = (text: string, at: number) => /arn:aws[^\s"',]*$/.test(text.slice(Math.max(0, at - 200), at));

type Patterns = readonly [RegExp, Replacement][];

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
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/(discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/((?<![\w-])[\w-]+\.webhook\.office\.com\/|logic\.azure\.com[^\s"'<>?]*\?)[^\s"'<>]+/gi, `$1${REDACTED}`],
  [/([?&](?:sig|signature|key|code|auth|x-amz-[\w-]+)=)(?!\d{1,3}(?![^\s&"'<>]))[^\s&"'<>]+/gi, `$1${REDACTED}`],
  [/(\bredis-cli\s(?:[^|;&]{0,200}?\s)?-a\s+)["']?[^\s"']+/g, `$1${REDACTED}`],
  [/((?<!\S)(?:-u|--user)[\s=]\s*["']?[^\s:"']{1,100}:)(?!\d+(?!\S))[^\s"']+/g, `$1${REDACTED}`],
];

/** What each of `byName` needs: most lines name nothing of the kind, and each of these patterns costs. */
const mayName =
  /pass|secret|token|key|credential|auth|session|signature|connection|otp|pw|identified|login|mysql|maria/i;
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
];

const byForm: Patterns = [
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
  [/(?<![\w-])[0-9a-f]{32}-us\d{1,2}\b/g, REDACTED],
  // Telegram's and Discord's bots.
  [/\b\d{8,10}:[\w-]{35}(?![\w-])|\b[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}/g, REDACTED],
  // A token of Batuta's API: id.secret.
  [/(?<![\w-])[a-z0-9][a-z0-9-]{0,62}\.[\w-]{43}(?![\w-])/g, REDACTED],
  [
    /(?<![\w+/=-])[\w+/-]{40,}={0,2}(?![\w+/=-])/g,
    (run, at, text) => (looksRandom(run) && !isPath(run) && !inArn(text, at) ? REDACTED : run),
  ],
];

/** In this order: what is told by its place, then by its name, then by its form, then what only looks like a key. */
export const patternsFor = (line: string): Patterns => [...byPlace, ...(mayName.test(line) ? byName : []), ...byForm];
