/** The name that was probably meant, or undefined where none is near: a typo in about every third letter at most. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= Math.max(1, Math.floor(candidate.name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** "did you mean `memory`?", else "write one of `a`, `b`", else undefined where nothing is known. */
export function suggestName(written: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(written.slice(0, 100), known);
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  if (known.length === 0) return undefined;
  const more = known.length > 20 ? ', …' : '';
  return `write one of ${known
    .slice(0, 20)
    .map((name) => `\`${name}\``)
    .join(', ')}${more}`;
}

/** Optimal string alignment: insert, delete, replace, or swap two neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row[j] = Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1, swapped);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Infinity;
}
