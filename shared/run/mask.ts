const mark = '***';
/** As the toolbox: shorter values would cut up other text. */
const shortest = 4;

/** The value that a line `::mask VALUE` names; undefined for any other line. */
export const maskedBy = (message: string): string | undefined => /^::mask\s+(.*\S)/s.exec(message)?.[1];

/** Values of `::mask` lines; in memory only. */
export interface Masks {
  /** False for a value that is too short to be masked. */
  add(value: string): boolean;
  hide(text: string): string;
}

export function createMasks(known: readonly string[] = []): Masks {
  let values: string[] = [];
  function add(value: string): boolean {
    if (value.length < shortest) return false;
    // The longest first, so that no end is left of one that begins with another.
    if (!values.includes(value)) values = [...values, value].toSorted((a, b) => b.length - a.length);
    return true;
  }
  for (const value of known) add(value);
  return { add, hide: (text) => values.reduce((hidden, value) => hidden.replaceAll(value, mark), text) };
}

/** Whether `hidden` is `text` with something in it masked: a batch without the `::mask` line shows it again. */
export function isMaskedForm(hidden: string, text: string): boolean {
  if (!hidden.includes(mark)) return false;
  const [first = '', ...rest] = hidden.split(mark);
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.startsWith(first) && text.endsWith(last) && text.length - last.length >= at;
}
