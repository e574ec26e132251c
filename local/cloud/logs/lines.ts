/** The awslogs driver cuts longer lines (moby daemon/logger/awslogs: 256 KB less the 26 bytes of an event). */
const maxLineBytes = 262_118;

export interface LogLine {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

/** Lines as the awslogs driver sends them: no empty ones, long ones in pieces that never cut a character. */
export function driverEvents(lines: readonly (string | LogLine)[], now: number): LogLine[] {
  return lines
    .map((line) => (typeof line === 'string' ? { timestamp: now, message: line } : line))
    .filter(({ message }) => message !== '')
    .flatMap(({ timestamp, message }) => pieces(message).map((piece) => ({ timestamp, message: piece })));
}

function pieces(line: string): string[] {
  if (Buffer.byteLength(line) <= maxLineBytes) return [line];
  const bytes = Buffer.from(line);
  const result: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + maxLineBytes, bytes.length);
    // Bytes 10xxxxxx continue a UTF-8 character.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    result.push(bytes.subarray(start, end).toString());
    start = end;
  }
  return result;
}
