import type { Masker } from './masker.ts';
import { isLongEnough } from './secret-forms.ts';

/** A longer line is printed in parts, so that memory stays bounded. */
const longestLine = 64 * 1024;
const maskCommand = '::mask ';

export interface LineFilter {
  /** What may be printed now: whole masked lines, and parts of a very long one. */
  push(chunk: Buffer): Buffer;
  /** What is left when the stream ends, without adding a newline. */
  end(): Buffer;
}

/**
 * Masks one output stream and obeys its `::mask VALUE` lines. Bytes are kept as they are (latin1
 * inside), so output that is not UTF-8 passes unchanged. `warn` gets one line.
 */
export function createLineFilter(masker: Masker, warn: (message: string) => void): LineFilter {
  let pending = '';
  let covered = 0;
  let position: 'line start' | 'in a long line' | 'in a long mask line' = 'line start';

  const obeyMask = (line: string): void => {
    const value = Buffer.from(line.slice(maskCommand.length), 'latin1').toString().trim();
    if (isLongEnough(value)) masker.add(value);
    else warn('a ::mask line has a value of fewer than 4 characters, which is not masked');
  };

  const finishLine = (line: string): string => {
    const isMask = position === 'line start' && line.startsWith(maskCommand);
    const isSilent = isMask || position === 'in a long mask line';
    if (isMask) obeyMask(line);
    const { printed } = masker.maskPart(line, line.length, covered);
    covered = 0;
    position = 'line start';
    return isSilent ? '' : printed;
  };

  const takeLines = (): string => {
    let printed = '';
    let start = 0;
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n', start)) {
      printed += finishLine(pending.slice(start, end + 1));
      start = end + 1;
    }
    pending = pending.slice(start);
    return printed;
  };

  const shorten = (): string => {
    if (position === 'line start' && pending.startsWith(maskCommand)) {
      warn('a ::mask line is longer than 64 KiB; its value is not masked');
      position = 'in a long mask line';
    }
    if (position === 'line start') position = 'in a long line';
    const cut = Math.max(0, pending.length - masker.overlap());
    const part = masker.maskPart(pending, cut, covered);
    pending = pending.slice(cut);
    covered = part.covered;
    return position === 'in a long line' ? part.printed : '';
  };

  return {
    push: (chunk) => {
      pending += chunk.toString('latin1');
      const lines = takeLines();
      return Buffer.from(pending.length > longestLine ? lines + shorten() : lines, 'latin1');
    },
    end: () => Buffer.from(finishLine(pending), 'latin1'),
  };
}
