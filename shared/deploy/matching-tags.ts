import { type Context, createContext, Script } from 'node:vm';

const budgetMs = 500;

let context: Context | undefined;
let filter: Script | undefined;

/**
 * The tags in which a regular expression finds something; anchors are the pattern's own matter. Of thousands of
 * tags it takes a few milliseconds, but patterns such as `(a+)+$` never end for one of 128 characters: only a
 * script of its own can be stopped.
 * @throws Error naming a pattern that takes longer than half a second.
 */
export function matchingTags(pattern: string, tags: readonly string[]): string[] {
  context ??= createContext({});
  filter ??= new Script('((regex) => tags.filter((tag) => regex.test(tag)))(new RegExp(pattern))');
  Object.assign(context, { pattern, tags });
  try {
    return filter.runInContext(context, { timeout: budgetMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const hint = 'write it without repetitions inside repetitions, or as glob: or semver:';
    throw new Error(`regex:${pattern} takes longer than ${budgetMs} ms for ${tags.length} tags; ${hint}`);
  }
}
