import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchemaText } from '../../../shared/config/json-schema.ts';

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
}

test('batuta.schema.json is current (npm run schema writes it)', () => {
  expect(readFileSync(new URL('../../../batuta.schema.json', import.meta.url), 'utf8')).toBe(jsonSchemaText());
});

test('every key has a description, the help that editors show', () => {
  expect(withoutDescription(JSON.parse(jsonSchemaText()), '')).toEqual([]);
});

function withoutDescription(node: Node, path: string): string[] {
  const properties = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    ...(child.description ? [] : [`${path}.${key}`]),
    ...withoutDescription(child, `${path}.${key}`),
  ]);
  const inner = [node.additionalProperties, node.items].filter((child) => typeof child === 'object');
  return [...properties, ...inner.flatMap((child) => withoutDescription(child, `${path}.*`))];
}
