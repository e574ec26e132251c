import type { Draft } from '../schema.ts';

export type RouteDraft = NonNullable<NonNullable<Draft['routes']>[number]>;

/** What is left of one value or of a list of them. */
export const listOf = <T>(given: T | readonly (T | undefined)[] | undefined): T[] =>
  [given].flat().filter((value): value is T => value !== undefined);
