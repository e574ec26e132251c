import { patternTest } from './param-pattern.ts';

const MAX_LENGTH = 500;

/** Texts on which patterns such as `(a+)+` try every way to cut them up. */
const LONG_TEXTS = [...'aAvz019._- /:'].map((character) => `${character.repeat(126)}\n_`);

/** What is wrong with a parameter's regular expression, for schema/common.ts `parsed`. */
export function patternProblem(pattern: string): object | string {
  if (pattern === '') return 'is empty; write a pattern or remove it';
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters; write it shorter`;
  if (!compiles(pattern)) return 'is no regular expression; write for example [a-z0-9-]+';
  const slow = patternTest(pattern, LONG_TEXTS)(LONG_TEXTS[0] ?? '')?.startsWith('takes');
  return slow ? 'takes forever for some texts; write it without repetitions inside repetitions' : {};
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
