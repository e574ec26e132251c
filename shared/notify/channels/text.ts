/** Colours, cursor moves, titles and links for a terminal: ECMA-48's control sequences and strings, and lone escapes. */
const TERMINAL = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -\/]*[@-~]`,
    String.raw`(?:\x1b[\]P^_X]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -\/]*[0-~]`,
  ].join('|'),
  'g',
);
const LINE_ENDS = /\r\n?|[\x85\u2028\u2029]/g;
const CONTROLS = /[\p{Cc}--[\n\t]]/gv;
/**
 * Shown as nothing, or turning the order of what is shown: bidirectional marks and overrides, zero-width characters,
 * blank fillers, tags and interlinear marks (Unicode's Default_Ignorable_Code_Point and U+FFF9–FFFB). What shapes an
 * emoji stays, and joiners where a script or an emoji needs them.
 */
const INVISIBLE =
  /[[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\ufe0e\ufe0f\u200c\u200d]]|(?<![\p{Emoji}\p{M}\p{Script=Arabic}])[\u200c\u200d]/gv;
/** More marks on one letter than any language has. */
const STACKED = /(\p{M}{4})\p{M}+/gu;
const UNREADABLE = /\ufffd{2,}/g;

/**
 * Text as people may read it: without control characters but `\n` and `\t`, terminal sequences, and what hides or
 * turns text. Binary becomes one `\ufffd` for each run. Linear.
 */
export function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replace(TERMINAL, '')
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(STACKED, '$1')
    .replace(UNREADABLE, '\ufffd');
}

/** For titles and labels: no line breaks, no runs of spaces. */
export const oneLine = (text: string): string => cleaned(text).replace(/\s+/g, ' ').trim();

/** How much room a text takes. Adds up: of two texts together it is the sum of both; at least 1 per UTF-16 unit. */
export type Size = (text: string) => number;
const units: Size = (text) => text.length;

/** Long enough for every emoji there is. */
const longestGrapheme = 64;

/** The last place at or before `index` where no character as people see it (flag, family, accented letter) is split. */
function boundaryBefore(text: string, index: number): number {
  const from = Math.max(0, index - 4 * longestGrapheme);
  const near = text.slice(from, index + longestGrapheme);
  const start = new Intl.Segmenter().segment(near).containing(index - from)?.index ?? index - from;
  if (index - from - start <= longestGrapheme) return from + start;
  return /[\udc00-\udfff]/.test(text.charAt(index)) ? index - 1 : index;
}

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

/** The last lines of a log, cleaned, at most `limit` long, each cut at 400; begins with `… 12 lines before` where some are left out. */
export function tailTo(lines: readonly string[], limit: number, size: Size = units): string {
  const all = cleaned(lines.join('\n'))
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
  const before = (count: number) => `… ${count} ${count === 1 ? 'line' : 'lines'} before`;
  const width = Math.min(longestLine, limit - 1 - size(before(all.length)));
  const newestFirst = all.reverse().map((line) => cutTo(line, width, size));
  const reserve = size(before(all.length));
  const { kept, more } = keepWithin(newestFirst, { budget: limit, reserve }, (line) => size(line) + 1);
  return [...(more > 0 ? [before(more)] : []), ...kept.reverse()].join('\n');
}
