import { shapeOf, xmlName } from './query-input.ts';
import { memberOf, type Ref, structureOf } from './schema.ts';

export function escapeXml(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  // A bare carriage return would come back as a newline.
  return escaped.replace(/\r/g, '&#xD;');
}

const element = (name: string, content: string) => `<${name}>${content}</${name}>`;

function entries(keyRef: Ref, valueRef: Ref, document: object): string[] {
  const keyName = xmlName(memberOf(keyRef).traits, 'key');
  const valueName = xmlName(memberOf(valueRef).traits, 'value');
  return Object.entries(document).map(
    ([key, item]) => element(keyName, escapeXml(key)) + xml(valueRef, valueName, item),
  );
}

const TIMESTAMP = 4;

/** A timestamp without a format of its own is epoch seconds in JSON, a date in XML. */
function simple(type: Ref, document: unknown): string {
  const isDate = type === TIMESTAMP && typeof document === 'number';
  return isDate ? new Date(document * 1000).toISOString() : String(document);
}

/** One member of an answer as XML under `name`. */
function xml(ref: Ref, name: string, document: unknown): string {
  const { schema, traits } = memberOf(ref);
  const { kind, parts } = shapeOf(schema);
  const [first = 0, second = 0] = parts;
  const flat = traits.xmlFlattened !== undefined;
  switch (kind) {
    case 'simple':
      return element(name, escapeXml(simple(first, document)));
    case 'list': {
      const item = flat ? name : xmlName(memberOf(first).traits, 'member');
      const items = (document as unknown[]).map((each) => xml(first, item, each)).join('');
      return flat ? items : element(name, items);
    }
    case 'map': {
      const pairs = entries(first, second, document as object);
      return flat
        ? pairs.map((pair) => element(name, pair)).join('')
        : element(name, pairs.map((pair) => element('entry', pair)).join(''));
    }
    default:
      return element(name, queryXml(schema as unknown[], document));
  }
}

/** The members of an answer, already a wire document, as the Query protocol's XML. */
export function queryXml(output: Ref, document: unknown): string {
  const { names, members } = structureOf(output);
  const given = document as Record<string, unknown>;
  return names
    .map((name, index) => {
      const member = members[index] ?? 0;
      return given[name] === undefined ? '' : xml(member, xmlName(memberOf(member).traits, name), given[name]);
    })
    .join('');
}
