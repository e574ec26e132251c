import { type Matcher, refusePattern } from './matcher.ts';
import { parseFieldsPattern } from './pattern-fields.ts';
import { parseJsonPattern } from './pattern-json.ts';

interface Term {
  sign: '' | '?' | '-';
  matches: Matcher;
}

/** `"quoted"` with `\"` inside, `%regex%`, or one bare word, each with an optional sign in front. */
const termSyntax = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"%]+))/y;

function readTerm(pattern: string, at: number): { term: Term; end: number } {
  termSyntax.lastIndex = at;
  const found = termSyntax.exec(pattern);
  if (!found) refusePattern(`cannot read it from "${pattern.slice(at).trim()}"`);
  const [, sign = '', quoted, regex, word] = found;
  const end = termSyntax.lastIndex;
  return { term: { sign: sign as Term['sign'], matches: matcherOf(quoted, regex, word) }, end };
}

function matcherOf(quoted: string | undefined, regex: string | undefined, word: string | undefined): Matcher {
  if (regex !== undefined) {
    const compiled = compileRegex(regex);
    return (message) => compiled.test(message);
  }
  if (word !== undefined && !/^\w+$/.test(word))
    refusePattern(`the term ${word} has characters other than letters, digits and _: write "${word}" in double quotes`);
  const text = word ?? (quoted ?? '').replace(/\\(.)/g, '$1');
  return (message) => message.includes(text);
}

function compileRegex(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    return refusePattern(`%${source}% is not a regular expression`);
  }
}

function parseTerms(pattern: string): Matcher {
  const terms: Term[] = [];
  for (let at = 0; at < pattern.length; ) {
    const { term, end } = readTerm(pattern, at);
    terms.push(term);
    at = end;
  }
  const required = terms.filter(({ sign }) => sign === '');
  const excluded = terms.filter(({ sign }) => sign === '-');
  const optional = terms.filter(({ sign }) => sign === '?');
  if (required.length + excluded.length === 0) return (message) => optional.some(({ matches }) => matches(message));
  // AWS ignores `?` terms beside others: "Filter pattern syntax", CloudWatch Logs user guide.
  return (message) =>
    required.every(({ matches }) => matches(message)) && !excluded.some(({ matches }) => matches(message));
}

/**
 * A CloudWatch Logs filter pattern as a function: terms, `"phrases"`, `?any`, `-not`, `%regex%`,
 * `{ $.json = 1 }`, `[space, separated = 1]`.
 * The empty pattern matches everything.
 * @throws AwsError InvalidParameterException for what is no pattern.
 */
export function parsePattern(pattern: string): Matcher {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('[')) return parseFieldsPattern(trimmed);
  if (trimmed.startsWith('{')) return parseJsonPattern(trimmed);
  return parseTerms(trimmed);
}
