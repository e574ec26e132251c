import type { Json } from './pattern-problem.ts';

/** One value of an event that patterns can match. */
export interface Leaf {
  value: Json;
  /** Which element of which array it lies in: values of different elements do not match together. */
  elements: ReadonlyMap<string, number>;
}

/** An event's leaves by their path, names joined by dots as EventBridge joins them. Empty arrays have no leaf. */
export function leavesOf(event: Json): Map<string, Leaf[]> {
  const leaves = new Map<string, Leaf[]>();
  collect(event, '', new Map(), leaves);
  return leaves;
}

function collect(value: Json, path: string, elements: ReadonlyMap<string, number>, leaves: Map<string, Leaf[]>): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      // Plain values of one array may match different fields' alternatives freely: only objects bind their fields.
      const bound = typeof item === 'object' && item !== null ? new Map(elements).set(path, index) : elements;
      collect(item, path, bound, leaves);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item, path ? `${path}.${key}` : key, elements, leaves);
  } else {
    const found = leaves.get(path);
    if (found) found.push({ value, elements });
    else leaves.set(path, [{ value, elements }]);
  }
}

/** The arrays' elements of both together, or undefined where they name different elements of one array. */
export function combine(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | undefined {
  for (const [path, index] of other) if (one.has(path) && one.get(path) !== index) return undefined;
  return other.size ? new Map([...one, ...other]) : one;
}
