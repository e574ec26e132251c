/** Long enough for every emoji there is. */
const longestGrapheme = 64;

/** The last place at or before `index` where no character as people see it (flag, family, accented letter) is split. */
export function boundaryBefore(text: string, index: number): number {
  const from = Math.max(0, index - 4 * longestGrapheme);
  const near = text.slice(from, index + longestGrapheme);
  const start = new Intl.Segmenter().segment(near).containing(index - from)?.index ?? index - from;
  if (index - from - start <= longestGrapheme) return from + start;
  return /[\udc00-\udfff]/.test(text.charAt(index)) ? index - 1 : index;
}

/** At most `length` UTF-16 units: all of the text, or its beginning and `…`; splits no character. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, boundaryBefore(text, length - 1))}…` : text;
