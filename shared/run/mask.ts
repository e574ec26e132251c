const mark = '***';
/** As the toolbox: shorter values would cut up other text. */
const shortest = 4;

/** The values of `::mask` lines read so far in one batch; kept nowhere else. */
export interface Masks {
  add(value: string): void;
  hide(text: string): string;
}

export function createMasks(): Masks {
  let values: string[] = [];
  return {
    add(value) {
      // The longest first, so that no end is left of one that begins with another.
      if (value.length >= shortest) values = [...values, value].toSorted((a, b) => b.length - a.length);
    },
    hide: (text) => values.reduce((hidden, value) => hidden.replaceAll(value, mark), text),
  };
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
