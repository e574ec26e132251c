import type { Path } from './problem.ts';

/** The value at `path` in plain data, or undefined. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    data,
  );
}

/** A copy without what stands at `paths`; list items become undefined, so that the others keep their index. */
export function without(data: unknown, paths: readonly Path[]): unknown {
  const copy = structuredClone(data);
  for (const path of paths) {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    const parent = valueAt(copy, path.slice(0, -1));
    if (isObject(parent)) delete parent[last];
  }
  return copy;
}

export function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
