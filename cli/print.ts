/** Columns as wide as their widest cell; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `label  value` lines; those without a value are left out. */
export const facts = (pairs: readonly (readonly [string, string | undefined])[]): string[] =>
  table(pairs.flatMap(([label, value]) => (value ? [[label, value]] : [])));

/** ISO 8601 in the machine's time zone: `2026-11-20T06:00:05-03:00`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const offset = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((n) =>
    `${n}`.padStart(2, '0'),
  );
  return `${shifted}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/** `45 s`, `3 min 5 s`, `2 h`, `1 h 30 min`. */
export function lengthInWords(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return some.join(' ') || '0 s';
}

export const short = (digest: string): string => digest.slice(0, 19);
