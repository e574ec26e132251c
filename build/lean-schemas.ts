import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The error classes of the SDK that our own code names, as in `instanceof ConflictException`. */
function namedErrors(): Set<string> {
  const files = globSync('{shared,functions}/**/*.ts', { cwd: root });
  const named = files.flatMap((file) => readFileSync(`${root}/${file}`, 'utf8').match(/\b[A-Z]\w+Exception\b/g) ?? []);
  return new Set(named);
}

/** A generated schema file of the SDK, so written that a bundler sees what of it nobody uses. */
export function lean(source: string, named: ReadonlySet<string>): string {
  const texts = new Map([...source.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]));
  return (
    source
      // Registering keeps each of some hundred error classes per client.
      .replace(/^n\d+_registry\.registerError\((\w+)\$, \1\);$/gm, (line, name: string) =>
        named.has(name) ? line : '',
      )
      // A computed key might have an effect, so esbuild keeps every schema that has one.
      .replace(/\[(_\w+)\]:/g, (key, name: string) => (texts.has(name) ? `${texts.get(name)}:` : key))
  );
}

/**
 * Leaves out the SDK's schemas and error classes that our code never uses. An error without a class of
 * its own arrives as the service's base exception, with AWS's code as its `name` and AWS's message
 * (`getErrorSchemaOrThrowBaseException` of @aws-sdk/core).
 */
export const leanSchemasPlugin: Plugin = {
  name: 'batuta-lean-schemas',
  setup(build) {
    const named = namedErrors();
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: lean(await readFile(path, 'utf8'), named),
      loader: 'js',
    }));
  },
};
