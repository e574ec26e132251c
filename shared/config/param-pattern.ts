import { matchingTexts, PatternTooSlow } from '../core/matching-texts.ts';

/** So many at once are surely done within the time that one pattern has. */
const CHUNK = 500;

/** What is wrong with a text by its pattern, or undefined. */
export type PatternTest = (text: string) => string | undefined;

/**
 * Compares all texts at once, since each comparison that can be stopped costs a third of a millisecond; the whole
 * text must match.
 */
export function patternTest(pattern: string, texts: readonly string[]): PatternTest {
  const whole = `^(?:${pattern})$`;
  const all = [...new Set(texts)];
  const matching = new Set<string>();
  try {
    for (let i = 0; i < all.length; i += CHUNK)
      for (const text of matchingTexts(whole, all.slice(i, i + CHUNK))) matching.add(text);
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    return () => `takes longer than ${error.budgetMs} ms to compare with its pattern; write it shorter`;
  }
  return (text) => (matching.has(text) ? undefined : `must match ${pattern}`);
}
