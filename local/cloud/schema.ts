import { AwsError } from './service.ts';

/** A compiled schema of the SDK's models; see @smithy/types `StaticSchema` for the tuples' meaning. */
export type Ref = number | unknown[] | (() => Ref);
type Direction = 'decode' | 'encode';

/** Limits which the SDK's schemas lack, by `Struct.member`: see constraints.generated.json. */
export interface Constraint {
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  /** The value is a secret: no error shows it. */
  sensitive?: boolean;
}
export type Constraints = Readonly<Record<string, Constraint>>;

export interface Operation {
  name: string;
  http: { method: string; path: string; status: number } | undefined;
  input: Ref;
  output: Ref;
}

const resolve = (ref: Ref): number | unknown[] => {
  let schema = ref;
  while (typeof schema === 'function') schema = schema();
  // A member with traits is [ref, traits].
  if (Array.isArray(schema) && schema.length === 2 && typeof schema[0] !== 'number') return resolve(schema[0] as Ref);
  if (Array.isArray(schema) && schema.length === 2) return resolve(schema[0] as Ref);
  return schema;
};

const read = new WeakMap<object, ReadonlyMap<string, Operation>>();

/** Every operation of an SDK client module, read from its exported `…$` schemas. */
export function operationsOf(model: object): ReadonlyMap<string, Operation> {
  const known = read.get(model) ?? readOperations(model);
  read.set(model, known);
  return known;
}

function readOperations(model: object): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const value of Object.values(model)) {
    if (!Array.isArray(value) || value[0] !== 9) continue;
    const [, , name, traits, input, output] = value as [9, string, string, unknown, Ref, Ref];
    const http =
      typeof traits === 'object' && traits ? (traits as { http?: [string, string, number] }).http : undefined;
    operations.set(name, {
      name,
      http: http && { method: http[0], path: http[1], status: http[2] },
      input,
      output,
    });
  }
  return operations;
}

/** A member's schema and the traits the member itself carries: `httpQuery`, `xmlName`, `xmlFlattened`. */
export function memberOf(ref: Ref): { schema: number | unknown[]; traits: Readonly<Record<string, unknown>> } {
  const traits = Array.isArray(ref) && ref.length === 2 && typeof ref[1] === 'object' ? ref[1] : {};
  return { schema: resolve(ref), traits: traits as Record<string, unknown> };
}

export function structureOf(ref: Ref): { names: string[]; members: Ref[] } {
  const [, , , , names = [], members = []] = resolve(ref) as [number, string, string, unknown, string[]?, Ref[]?];
  return { names, members };
}

/** The code and status that an error has in the Query protocol, by its `awsQueryError` trait. */
export function queryErrorOf(model: object, code: string): { code: string; status: number } | undefined {
  for (const value of Object.values(model)) {
    if (!Array.isArray(value) || value[0] !== -3 || value[2] !== code) continue;
    const [queryCode, status] = (value[3] as { awsQueryError?: [string, number] }).awsQueryError ?? [];
    return queryCode && status ? { code: queryCode, status } : undefined;
  }
  return undefined;
}

interface Walk {
  direction: Direction;
  invalidInput: string;
  constraints: Constraints;
  /** Structures whose unknown members stay. */
  open?: ReadonlySet<string> | undefined;
}

const LIST = 64;
const MAP = 128;

function wrongType(path: string, expected: string): never {
  throw new AwsError('SerializationException', `${path || 'The request'}: expected ${expected}`);
}

function simple(type: number, value: unknown, path: string, walk: Walk): unknown {
  if (type & MAP) return map(type & ~MAP, value, path, walk);
  if (type & LIST) return list(type & ~LIST, value, path, walk);
  const decode = walk.direction === 'decode';
  switch (type) {
    case 0:
      return typeof value === 'string' ? value : decode ? wrongType(path, 'a string') : String(value);
    case 1:
    case 17:
    case 19:
      return typeof value === 'number' ? value : decode ? wrongType(path, 'a number') : Number(value);
    case 2:
      return typeof value === 'boolean' ? value : decode ? wrongType(path, 'a boolean') : Boolean(value);
    case 4:
    case 5:
    case 6:
    case 7:
      return timestamp(type, value, path, decode);
    case 21:
    case 42:
      if (decode)
        return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : wrongType(path, 'base64');
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}

function timestamp(type: number, value: unknown, path: string, decode: boolean): unknown {
  if (!decode) return type === 5 ? (value as Date).toISOString() : (value as Date).getTime() / 1000;
  const date = new Date(typeof value === 'number' ? value * 1000 : typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? wrongType(path, 'a timestamp') : date;
}

function list(member: Ref, value: unknown, path: string, walk: Walk): unknown {
  if (!Array.isArray(value)) return wrongType(path, 'a list');
  return value.map((item, index) => convert(member, item, `${path}[${index}]`, walk));
}

function map(member: Ref, value: unknown, path: string, walk: Walk): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType(path, 'a map');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, convert(member, item, `${path}.${key}`, walk)]),
  );
}

function constrain(key: string, value: unknown, path: string, walk: Walk): void {
  const limit = walk.constraints[key];
  if (!limit) return;
  const size =
    typeof value === 'number' ? value : typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const kind = typeof value === 'number' ? 'value' : 'length';
  const say = (constraint: string) => {
    const shown = typeof value === 'object' || limit.sensitive ? '' : ` '${String(value).slice(0, 100)}'`;
    throw new AwsError(
      walk.invalidInput,
      `1 validation error detected: Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    );
  };
  if (size !== undefined && limit.min !== undefined && size < limit.min)
    say(`have ${kind} greater than or equal to ${limit.min}`);
  if (size !== undefined && limit.max !== undefined && size > limit.max)
    say(`have ${kind} less than or equal to ${limit.max}`);
  if (typeof value !== 'string') return;
  if (limit.enum && !limit.enum.includes(value)) say(`satisfy enum value set: [${limit.enum.join(', ')}]`);
  if (limit.pattern && !new RegExp(`^(?:${limit.pattern})$`, 'u').test(value))
    say(`satisfy regular expression pattern: ${limit.pattern}`);
}

/** The member's own limits, and under `key[]` those of a list's items. */
function constrainMember(key: string, value: unknown, path: string, walk: Walk): void {
  constrain(key, value, path, walk);
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) constrain(`${key}[]`, item, `${path}[${index}]`, walk);
}

function unknownMembers(given: Record<string, unknown>, known: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !known.includes(key)));
}

function structure(schema: unknown[], value: unknown, path: string, walk: Walk): unknown {
  const [, , name, , names, members, required] = schema as [number, string, string, unknown, string[], Ref[], number?];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType(path, 'a structure');
  const given = value as Record<string, unknown>;
  const result: Record<string, unknown> = walk.open?.has(name) ? unknownMembers(given, names) : {};
  for (const [index, member] of names.entries()) {
    const at = path ? `${path}.${member}` : member;
    const item = given[member];
    if (item === undefined || item === null) {
      if (walk.direction === 'decode' && index < (required ?? 0))
        throw new AwsError(
          walk.invalidInput,
          `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`,
        );
      continue;
    }
    const converted = convert(members[index] as Ref, item, at, walk);
    if (walk.direction === 'decode') constrainMember(`${name}.${member}`, converted, at, walk);
    result[member] = converted;
  }
  return result;
}

function convert(ref: Ref, value: unknown, path: string, walk: Walk): unknown {
  const schema = resolve(ref);
  if (typeof schema === 'number') return simple(schema, value, path, walk);
  switch (schema[0]) {
    case 0:
      return simple(schema[4] as number, value, path, walk);
    case 1:
      return list(schema[4] as Ref, value, path, walk);
    case 2:
      return map(schema[5] as Ref, value, path, walk);
    case 3:
    case 4:
    case -3:
      return structure(schema, value, path, walk);
    default:
      return value; // the unit type of operations without output
  }
}

/**
 * A wire document → the SDK's input shape, required members, types, enums and limits checked.
 * @throws AwsError SerializationException for a wrong type, the service's own code for the rest.
 */
export function decodeInput(
  operation: Operation,
  document: unknown,
  { invalidInput, open }: { invalidInput: string; open?: ReadonlySet<string> },
  constraints: Constraints,
): Record<string, unknown> {
  return convert(operation.input, document, '', { direction: 'decode', invalidInput, constraints, open }) as Record<
    string,
    unknown
  >;
}

/** The SDK's output shape → a wire document; members the model does not know are left out, but of `open` structures. */
export function encodeOutput(operation: Operation, output: unknown, open?: ReadonlySet<string>): unknown {
  return convert(operation.output, output ?? {}, '', { direction: 'encode', invalidInput: '', constraints: {}, open });
}
