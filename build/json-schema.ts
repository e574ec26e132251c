import { writeFileSync } from 'node:fs';
import { jsonSchemaText } from '../shared/config/json-schema.ts';

writeFileSync(new URL('../batuta.schema.json', import.meta.url), jsonSchemaText());
