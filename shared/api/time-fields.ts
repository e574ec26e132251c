import { type Instant, iso } from '../core/time.ts';

/** `{name: at}` in ISO 8601; nothing where there is no such time. */
export const time = (name: string, at: Instant | undefined) => (at === undefined ? {} : { [name]: iso(at) });

/** `{name: value}`; nothing where there is no value. */
export const present = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
