import semver from 'semver';
import { matchingTags } from '../deploy/matching-tags.ts';
import type { TagPattern, TagPolicy } from './config.ts';

const TAG = /^\w[\w.-]{0,127}$/;
const PREFIXES = ['glob', 'regex', 'semver'] as const;

/** Reads `main-1`, `glob:main-*`, `regex:^v\d+$`, `semver:>=1.0.0` or `newest`; a string says what is wrong. */
export function parseTagPolicy(text: string): TagPolicy | string {
  if (text === 'newest') return { kind: 'newest' };
  const colon = text.indexOf(':');
  if (colon < 0) return parseExact(text);
  const [prefix, rest] = [text.slice(0, colon), text.slice(colon + 1).trim()];
  if (!isPrefix(prefix)) return `begins with no known policy; write a tag, glob:…, regex:…, semver:… or newest`;
  if (rest === '') return `says nothing after ${prefix}:; write for example ${EXAMPLES[prefix]}`;
  return PARSERS[prefix](rest);
}

/** Reads what one tag is matched with: `main-1`, `glob:main-*` or `regex:^v\d+$`; a string says what is wrong. */
export function parseTagPattern(text: string): TagPattern | string {
  if (!text.includes(':')) return parseExact(text);
  const policy = parseTagPolicy(text);
  if (typeof policy === 'string' || policy.kind === 'glob' || policy.kind === 'regex') return policy;
  return 'is no pattern of tags; write a tag, glob:… or regex:…';
}

const EXAMPLES = { glob: 'glob:main-*', regex: 'regex:^v[0-9]+$', semver: 'semver:>=1.0.0' };

const PARSERS: Record<(typeof PREFIXES)[number], (rest: string) => TagPolicy | string> = {
  glob: (pattern) => ({ kind: 'glob', pattern }),
  regex: (pattern) => {
    if (!compiles(pattern)) return `is no regular expression; write for example ${EXAMPLES.regex}`;
    return ends(pattern)
      ? { kind: 'regex', pattern }
      : 'takes forever for some tags; write it without repetitions inside repetitions';
  },
  semver: (range) =>
    semver.validRange(range) === null
      ? `is no range of versions; write for example ${EXAMPLES.semver} or semver:^1.2`
      : { kind: 'semver', range },
};

function parseExact(tag: string): TagPattern | string {
  if (TAG.test(tag)) return { kind: 'exact', tag };
  if (/[*?]/.test(tag)) return `is no tag; write glob:${tag} for a pattern`;
  return 'is no tag; write letters, digits, `.`, `_` and `-`, at most 128, or glob:…, regex:…, semver:… or newest';
}

function isPrefix(text: string): text is (typeof PREFIXES)[number] {
  return (PREFIXES as readonly string[]).includes(text);
}

/** Tags as long as they may be, on which patterns such as `(a+)+$` try every way to cut them up. */
const LONG_TAGS = [...'aAvz019._-'].map((character) => `${character.repeat(126)}__`);

function ends(pattern: string): boolean {
  try {
    matchingTags(pattern, LONG_TAGS);
    return true;
  } catch {
    return false;
  }
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
