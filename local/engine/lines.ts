// The awslogs driver cuts lines at CloudWatch's event size less its overhead: 262144 - 26 bytes
// (`maximumBytesPerEvent`, moby/daemon/logger/awslogs/cloudwatchlogs.go).
const LONGEST_LINE_BYTES = 262_144 - 26;

const NEWLINE = 0x0a;

/** The last position ≤ `at` that does not split a UTF-8 character. */
function characterBoundary(bytes: Buffer, at: number): number {
  let cut = at;
  while (cut > at - 4 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return cut;
}

/** Bytes in any pieces → whole lines, cut where they are too long; invalid UTF-8 becomes U+FFFD. */
export function lineSplitter(emit: (line: string) => void) {
  let rest: Buffer = Buffer.alloc(0);
  const cutLong = () => {
    while (rest.length > LONGEST_LINE_BYTES) {
      const cut = characterBoundary(rest, LONGEST_LINE_BYTES);
      emit(rest.toString('utf8', 0, cut));
      rest = rest.subarray(cut);
    }
  };
  return {
    push(chunk: Buffer): void {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        rest = Buffer.concat([rest, chunk.subarray(from, at)]);
        cutLong();
        emit(rest.toString('utf8'));
        rest = Buffer.alloc(0);
        from = at + 1;
      }
      rest = Buffer.concat([rest, chunk.subarray(from)]);
      cutLong();
    },
    /** The last line, where no newline ended it. */
    end(): void {
      if (rest.length > 0) emit(rest.toString('utf8'));
      rest = Buffer.alloc(0);
    },
  };
}
