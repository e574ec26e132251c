import { type Context, createContext, Script } from 'node:vm';

const budgetMs = 500;

let context: Context | undefined;
let filter: Script | undefined;

/** A pattern such as `(a+)+$` that never ends for some texts. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
  readonly budgetMs = budgetMs;
}

/**
 * The texts in which a regular expression finds something; anchors are the pattern's own matter. Of thousands of
 * texts it takes a few milliseconds, but patterns such as `(a+)+$` never end for one of 128 characters: only a
 * script of its own can be stopped.
 * @throws PatternTooSlow after half a second
 */
export function matchingTexts(pattern: string, texts: readonly string[]): string[] {
  context ??= createContext({});
  filter ??= new Script('((regex) => texts.filter((text) => regex.test(text)))(new RegExp(pattern))');
  Object.assign(context, { pattern, texts });
  try {
    return filter.runInContext(context, { timeout: budgetMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new PatternTooSlow(`takes longer than ${budgetMs} ms for ${texts.length} texts`);
  }
}
