import { matchingTexts, PatternTooSlow } from '../core/matching-texts.ts';

/** @throws Error naming a pattern that takes longer than half a second. */
export function matchingTags(pattern: string, tags: readonly string[]): string[] {
  try {
    return matchingTexts(pattern, tags);
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    const hint = 'write it without repetitions inside repetitions, or as glob: or semver:';
    throw new Error(`regex:${pattern} takes longer than ${error.budgetMs} ms for ${tags.length} tags; ${hint}`);
  }
}
