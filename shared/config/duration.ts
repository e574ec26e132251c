const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION = /^[1-9]\d{0,5}[smhd]$/;

/** Milliseconds of `30s`, `15m`, `2h` or `1d`; the text must match DURATION. */
export function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];
}
