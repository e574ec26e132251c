import { memberOf, type Ref, structureOf } from './schema.ts';

const LIST = 64;
const MAP = 128;

/** The bitmasks 64 and 128 make a list or map of a simple type; else the schema says what it is of. */
export function shapeOf(schema: number | unknown[]): { kind: 'simple' | 'list' | 'map' | 'structure'; parts: Ref[] } {
  if (typeof schema === 'number') {
    if (schema & MAP) return { kind: 'map', parts: [0, schema & ~MAP] };
    if (schema & LIST) return { kind: 'list', parts: [schema & ~LIST] };
    return { kind: 'simple', parts: [schema] };
  }
  switch (schema[0]) {
    case 0:
      return { kind: 'simple', parts: [schema[4] as Ref] };
    case 1:
      return { kind: 'list', parts: [schema[4] as Ref] };
    case 2:
      return { kind: 'map', parts: [schema[4] as Ref, schema[5] as Ref] };
    default:
      return { kind: 'structure', parts: [] };
  }
}

export const xmlName = (traits: Readonly<Record<string, unknown>>, otherwise: string): string =>
  String(traits.xmlName ?? otherwise);

function simple(type: Ref, text: string): unknown {
  if (type === 1 || type === 17 || type === 19) return Number(text);
  if (type === 2) return text === 'true';
  return text;
}

/** `Prefix.1`, `Prefix.2` … as long as the form has something under it. */
function numbered(prefix: string, form: URLSearchParams): string[] {
  const found: string[] = [];
  const present = (key: string) => [...form.keys()].some((name) => name === key || name.startsWith(`${key}.`));
  for (let key = `${prefix}.1`; present(key); key = `${prefix}.${found.length + 1}`) found.push(key);
  return found;
}

function value(ref: Ref, key: string, form: URLSearchParams): unknown {
  const { schema, traits } = memberOf(ref);
  const { kind, parts } = shapeOf(schema);
  const [first = 0, second = 0] = parts;
  const flat = traits.xmlFlattened !== undefined;
  switch (kind) {
    case 'simple': {
      const text = form.get(key);
      return text === null ? undefined : simple(first, text);
    }
    case 'list': {
      const items = numbered(flat ? key : `${key}.${xmlName(memberOf(first).traits, 'member')}`, form);
      return items.length > 0 ? items.map((item) => value(first, item, form)) : undefined;
    }
    case 'map': {
      const [keyName, valueName] = [xmlName(memberOf(first).traits, 'key'), xmlName(memberOf(second).traits, 'value')];
      const entries = numbered(flat ? key : `${key}.entry`, form);
      if (entries.length === 0) return undefined;
      return Object.fromEntries(
        entries.map((entry) => [form.get(`${entry}.${keyName}`) ?? '', value(second, `${entry}.${valueName}`, form)]),
      );
    }
    default: {
      const document = structure(schema as unknown[], key, form);
      return Object.keys(document).length > 0 ? document : undefined;
    }
  }
}

function structure(ref: Ref, prefix: string, form: URLSearchParams): Record<string, unknown> {
  const { names, members } = structureOf(ref);
  const document: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const member = members[index] ?? 0;
    const key = xmlName(memberOf(member).traits, name);
    const found = value(member, prefix ? `${prefix}.${key}` : key, form);
    if (found !== undefined) document[name] = found;
  }
  return document;
}

/** A form (`Attribute.1.Name=…&Tags.member.1.Key=…`) as the JSON document that its schema means. */
export function queryDocument(input: Ref, form: URLSearchParams): Record<string, unknown> {
  return structure(input, '', form);
}
