/** One measured number beside what it is compared with, both of this run. */
export interface Measurement {
  name: string;
  value: number;
  unit: string;
  /** In the same unit. */
  baseline: number;
  /** What the limit is for: the value itself, or value ÷ baseline. */
  limits: 'value' | 'ratio';
  limit: number;
}

export interface Benchmark {
  /** As in `npm run bench NAME`; its measurements are called NAME or NAME/PART. */
  name: string;
  measure(): Promise<Measurement[]>;
}

/** A line of `--json`: exactly these keys. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  baseline: number;
  ratio: number;
  limit: number;
  ok: boolean;
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** Judges the measured number itself, not the rounded one that is shown. */
export function judge({ name, value, unit, baseline, limits, limit }: Measurement): Result {
  const ratio = value / baseline;
  const ok = (limits === 'ratio' ? ratio : value) <= limit;
  return { name, value: rounded(value), unit, baseline: rounded(baseline), ratio: rounded(ratio), limit, ok };
}

/** A line for people. */
export function words(measured: Measurement): string {
  const { name, value, unit, baseline, ratio, limit, ok } = judge(measured);
  const limitText = measured.limits === 'ratio' ? `${limit} ×` : `${limit} ${unit}`;
  return [
    ok ? '✔' : '✘',
    name.padEnd(40),
    `${value} ${unit}`.padStart(12),
    `baseline ${baseline} ${unit}`.padStart(22),
    `ratio ${ratio}`.padStart(14),
    `limit ${limitText}`,
  ].join('  ');
}
