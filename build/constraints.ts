/**
 * Writes local/cloud/constraints.generated.json: the limits of inputs that the SDK's schemas lack, from botocore.
 *
 *   pip download botocore --no-deps -d DIR && unzip -q DIR/botocore-*.whl -d DIR
 *   node build/constraints.ts DIR/botocore
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Constraint } from '../local/cloud/schema.ts';
import { type BotocoreModel, constraintsOf } from './botocore-constraints.ts';
import { served } from './served-operations.ts';

const output = join(import.meta.dirname, '../local/cloud/constraints.generated.json');

function readModel(dataDirectory: string, service: string): BotocoreModel {
  const versions = readdirSync(join(dataDirectory, service)).sort();
  const file = join(dataDirectory, service, versions.at(-1) ?? '', 'service-2.json');
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return JSON.parse(text.toString()) as BotocoreModel;
}

/** One line per structure member: short, and a new botocore shows as a readable difference. */
function format(all: Record<string, Record<string, Constraint>>): string {
  const limited = Object.entries(all).filter(([, constraints]) => Object.keys(constraints).length > 0);
  const services = limited.map(([service, constraints]) => {
    const lines = Object.entries(constraints).map(
      ([key, limit]) => `    ${JSON.stringify(key)}: ${JSON.stringify(limit)}`,
    );
    return `  ${JSON.stringify(service)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${services.join(',\n')}\n}\n`;
}

const packageDirectory = process.argv[2];
if (!packageDirectory || !existsSync(join(packageDirectory, 'data'))) {
  console.error(
    'usage: node build/constraints.ts BOTOCORE: the folder of the Python package botocore, which has data/',
  );
  process.exit(1);
}
const all = Object.fromEntries(
  Object.entries(served).map(([service, operations]) => [
    service,
    constraintsOf(readModel(join(packageDirectory, 'data'), service), operations),
  ]),
);
writeFileSync(output, format(all));
