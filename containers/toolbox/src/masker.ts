import { secretForms } from './secret-forms.ts';
import { createSecretIndex } from './secret-index.ts';

const mark = '***';

interface Span {
  start: number;
  end: number;
}

/** Part of a line: the text to print, and how much of the rest belongs to a secret already marked in it. */
interface MaskedPart {
  printed: string;
  covered: number;
}

export interface Masker {
  add(secret: string): void;
  /** Characters to hold back so that no secret is cut in two. */
  overlap(): number;
  /** Masks a whole text. */
  mask(text: string): string;
  /** Masks `text` up to `cut`; its first `covered` characters belong to a secret that is already marked. */
  maskPart(text: string, cut: number, covered: number): MaskedPart;
}

/** Replaces secrets by `***`. Secrets that overlap become one mark, so that no end of either is left. */
export function createMasker(): Masker {
  const index = createSecretIndex();
  const maskPart = (text: string, cut: number, covered: number): MaskedPart => {
    const spans = merge([...(covered > 0 ? [{ start: 0, end: covered }] : []), ...index.find(text)]);
    return render(text, cut, spans, covered > 0);
  };
  return {
    add: (secret) => {
      for (const form of secretForms(secret)) index.add(form);
    },
    overlap: () => Math.max(0, index.longest() - 1),
    mask: (text) => maskPart(text, text.length, 0).printed,
    maskPart,
  };
}

function merge(sorted: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

function render(text: string, cut: number, spans: readonly Span[], firstIsMarked: boolean): MaskedPart {
  let printed = '';
  let at = 0;
  for (const [index, { start, end }] of spans.entries()) {
    const isMarked = index === 0 && firstIsMarked;
    if (start >= cut && !isMarked) break;
    printed += text.slice(at, start) + (isMarked ? '' : mark);
    at = end;
  }
  return { printed: printed + text.slice(at, Math.max(at, cut)), covered: Math.max(0, at - cut) };
}
