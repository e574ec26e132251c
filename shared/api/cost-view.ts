import type { Cost } from '../run/cost.ts';

/** A hundredth of a cent is exact enough, and hides how numbers are held. */
const rounded = (amount: number) => Math.round(amount * 1e6) / 1e6;

/** `{currency, from, to}`; where the tasks run on instances of one's own `{note}`. */
export function costView(cost: Cost) {
  if (cost.kind === 'instances') return { note: 'your instances: no estimate' };
  return { currency: cost.currency, from: rounded(cost.from), to: rounded(cost.to) };
}

export type CostView = ReturnType<typeof costView>;
