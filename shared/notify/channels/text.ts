import { cleaned } from '../../core/cleaned.ts';
import { boundaryBefore } from '../../core/cut.ts';

export { cleaned };

/** For titles and labels: no line breaks, no runs of spaces. */
export const oneLine = (text: string): string => cleaned(text).replace(/\s+/g, ' ').trim();

/** How much room a text takes. Adds up: of two texts together it is the sum of both; at least 1 per UTF-16 unit. */
export type Size = (text: string) => number;
const units: Size = (text) => text.length;

/** The text if it takes at most `limit`, else its beginning and `…`; splits no character. Nothing where not even `…` fits. */
export function cutTo(text: string, limit: number, size: Size = units): string {
  if (text.length <= limit && size(text) <= limit) return text;
  const room = limit - size('…');
  if (room < 0) return '';
  let taken = 0;
  let index = 0;
  for (const character of text.slice(0, room + 1)) {
    taken += size(character);
    if (taken > room) break;
    index += character.length;
  }
  return `${text.slice(0, boundaryBefore(text, index)).trimEnd()}…`;
}

/** What stands for what was cut: `… 3 more`. */
export const moreOf = (count: number): string => `… ${count} more`;

/** The first items, the most important, that fit into `budget` with room for `reserve` where some do not; how many did not. */
export function keepWithin<Item>(
  items: readonly Item[],
  { budget, most = items.length, reserve = 0 }: { budget: number; most?: number; reserve?: number },
  sizeOf: (item: Item) => number,
): { kept: Item[]; more: number } {
  const ends: number[] = [];
  let taken = 0;
  for (const item of items.slice(0, most)) {
    taken += sizeOf(item);
    if (taken > budget) break;
    ends.push(taken);
  }
  const fits = ends.length === items.length ? budget : budget - reserve;
  const count = ends.filter((end) => end <= fits).length;
  return { kept: items.slice(0, count), more: items.length - count };
}

/** `a, b, … 3 more`, at most `limit` long; the first item is cut rather than left out. */
export function listTo(items: readonly string[], limit: number, joint = ', ', size: Size = units): string {
  const reserve = size(moreOf(items.length));
  const { kept, more } = keepWithin(items, { budget: limit, reserve }, (item) => size(item) + size(joint));
  if (more === 0) return items.join(joint);
  if (kept.length > 0) return [...kept, moreOf(more)].join(joint);
  const [first = '', ...others] = items;
  if (others.length === 0) return cutTo(first, limit, size);
  return [cutTo(first, limit - size(joint) - reserve, size), moreOf(others.length)].join(joint);
}

const longestLine = 400;

/** The last lines of a log, cleaned, at most `limit` long, each cut at 400; begins with `… 12 lines before` where some are left out. `perLine`: what a line costs besides its text. */
export function tailTo(lines: readonly string[], limit: number, size: Size = units, perLine = 1): string {
  const all = cleaned(lines.join('\n'))
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
  const before = (count: number) => `… ${count} ${count === 1 ? 'line' : 'lines'} before`;
  const width = Math.min(longestLine, limit - 1 - size(before(all.length)));
  const newestFirst = all.reverse().map((line) => cutTo(line, width, size));
  const reserve = size(before(all.length));
  const { kept, more } = keepWithin(newestFirst, { budget: limit, reserve }, (line) => size(line) + perLine);
  return [...(more > 0 ? [before(more)] : []), ...kept.reverse()].join('\n');
}
