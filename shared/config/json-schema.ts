import { z } from 'zod';
import { batutaYaml } from './schema.ts';

/** batuta.schema.json: what editors complete and explain batuta.yml with. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(batutaYaml, { io: 'input' }), null, 2)}\n`;
}
