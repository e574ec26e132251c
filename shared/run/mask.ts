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
  // By how they begin: a script may mask tens of thousands of values, and each line is looked through once.
  const values = new Map<string, Alike>();
  function add(value: string): boolean {
    if (value.length < shortest) return false;
    const start = value.slice(0, shortest);
    const alike = values.get(start) ?? { all: new Set(), lengths: [] };
    if (!alike.lengths.includes(value.length)) alike.lengths = [...alike.lengths, value.length].sort((a, b) => b - a);
    alike.all.add(value);
    values.set(start, alike);
    return true;
  }
  for (const value of known) add(value);
  return { add, hide: (text) => (values.size === 0 ? text : hidden(text, values)) };
}

interface Alike {
  all: Set<string>;
  /** The longest first. */
  lengths: readonly number[];
}

/** Values that overlap become one mark, so that no end is left of either. */
function hidden(text: string, values: ReadonlyMap<string, Alike>): string {
  let shown = '';
  let [from, end] = [0, 0];
  for (let at = 0; at <= text.length - shortest; at++) {
    const length = lengthAt(text, at, values);
    if (length === 0) continue;
    if (at >= end) shown += text.slice(from, at) + mark;
    end = Math.max(end, at + length);
    from = end;
  }
  return shown + text.slice(from);
}

/** Of the longest value that stands there; 0 where there is none. */
function lengthAt(text: string, at: number, values: ReadonlyMap<string, Alike>): number {
  const alike = values.get(text.slice(at, at + shortest));
  return alike?.lengths.find((length) => alike.all.has(text.slice(at, at + length))) ?? 0;
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
