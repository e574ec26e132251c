/** The last of the lines that together have no more than so many bytes of UTF-8. */
export function lastWithin(lines: readonly string[], bytes: number): string[] {
  let left = bytes;
  const last = lines.findLastIndex((line) => {
    left -= Buffer.byteLength(line);
    return left < 0;
  });
  return lines.slice(last + 1);
}
