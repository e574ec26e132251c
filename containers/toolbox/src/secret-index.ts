interface Span {
  start: number;
  end: number;
}

/** Texts to look for, found in one pass over a line however many they are: a private key alone has hundreds of forms. */
export interface SecretIndex {
  add(text: string): void;
  /** Of the longest text. */
  longest(): number;
  /** Every place of every text, by start. */
  find(line: string): Span[];
}

/** Texts and lines have one byte per character (latin1), and texts at least two. Looked up by their first two bytes. */
export function createSecretIndex(): SecretIndex {
  const known = new Set<string>();
  const byStart = new Map<number, string[]>();
  const isStart = new Uint8Array(2 ** 16);
  let longest = 0;
  return {
    add: (text) => {
      if (known.has(text)) return;
      known.add(text);
      longest = Math.max(longest, text.length);
      const start = pairAt(text, 0);
      isStart[start] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), text]);
    },
    longest: () => longest,
    find: (line) => {
      const spans: Span[] = [];
      if (longest === 0) return spans;
      for (let at = 0; at + 1 < line.length; at++) {
        const start = pairAt(line, at);
        if (isStart[start] === 0) continue;
        for (const text of byStart.get(start) ?? [])
          if (line.startsWith(text, at)) spans.push({ start: at, end: at + text.length });
      }
      return spans;
    },
  };
}

const pairAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) & 255) << 8) | (text.charCodeAt(at + 1) & 255);
