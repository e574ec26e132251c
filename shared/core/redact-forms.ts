import { isPath, looksRandom } from './redact-random.ts';

/** What stands in a secret's place. */
export const REDACTED = '[redacted]';

type Replacement =
  | string
  | ((found: string, at: number, text: string) => string)
  | ((found: string, name: string, word: string) => string);

const inArn = (text: string, at: number) => /arn:aws[^\s"',]*$/.test(text.slice(Math.max(0, at - 200), at));

/** What is looked for, and what is put in its place, one after the other. */
export type Patterns = readonly [RegExp, Replacement][];

/** What is known for a secret wherever it stands. */
export const byForm: Patterns = [
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
    /(?<![\w+/-])[\w+/-]{40,}={0,2}(?![\w+/-])/g,
    (run: string, at: number, text: string) => (looksRandom(run) && !isPath(run) && !inArn(text, at) ? REDACTED : run),
  ],
];
