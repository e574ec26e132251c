/** What stands in place of a field; `undefined` leaves it out. */
const anything: readonly unknown[] = [undefined, null, 7, 'x', '', [], {}, true];

export interface Spoiled {
  /** `detail.containers.0.exitCode: null` */
  how: string;
  event: unknown;
}

/** The event once without each of its fields, however deep, and once with each of several other things in its place. */
export function spoiled(value: unknown, others: readonly unknown[] = anything, path = ''): Spoiled[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const put = (changed: unknown): unknown => {
      if (Array.isArray(value))
        return value.flatMap((one, index) => (`${index}` === key ? (changed === undefined ? [] : [changed]) : [one]));
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      return changed === undefined ? rest : { ...rest, [key]: changed };
    };
    const here = others.map((other) => ({ how: `${at}: ${JSON.stringify(other) ?? 'absent'}`, event: put(other) }));
    return [...here, ...spoiled(member, others, at).map(({ how, event }) => ({ how, event: put(event) }))];
  });
}
