import type { Readable } from 'node:stream';

/** Calls `line` for each line of a stream, without its newline, and for what is left at its end. */
export function eachLine(stream: Readable, line: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  });
  stream.on('end', () => rest !== '' && line(rest));
}
