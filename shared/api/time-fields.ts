import { type Instant, iso } from '../core/time.ts';

type Maybe<Name extends string, Value> = { [Key in Name]?: Value };

/** `{name: value}`; nothing where there is no value. */
export const present = <Name extends string, Value>(name: Name, value: Value | undefined): Maybe<Name, Value> =>
  value === undefined ? {} : ({ [name]: value } as Maybe<Name, Value>);

/** `{name: at}` in ISO 8601; nothing where there is no such time. */
export const time = <Name extends string>(name: Name, at: Instant | undefined): Maybe<Name, string> =>
  present(name, at === undefined ? undefined : iso(at));
