import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { readConfiguration } from './configuration.ts';

/** Resolves `batuta:config` to the validated configuration as JSON; a bad one fails the build with its own messages. */
function configPlugin(configFile: string): Plugin {
  return {
    name: 'batuta-config',
    setup(build) {
      build.onResolve({ filter: /^batuta:config$/ }, () => ({ path: 'config', namespace: 'batuta' }));
      build.onLoad({ filter: /.*/, namespace: 'batuta' }, () => {
        try {
          return { contents: JSON.stringify(readConfiguration(configFile)), loader: 'json', watchFiles: [configFile] };
        } catch (error) {
          return { errors: (error as Error).message.split('\n').map((text) => ({ text })) };
        }
      });
    },
  };
}

/** How every function is bundled, here and by serverless-esbuild. `configFile` is absolute. */
export function functionBuildOptions(configFile: string) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': fileURLToPath(new URL('./env-credentials.ts', import.meta.url)) },
    // CommonJS parts of dependencies call require of Node's own modules.
    banner: {
      js: "import{createRequire as batutaRequire}from'node:module';const require=batutaRequire(import.meta.url);",
    },
    plugins: [configPlugin(configFile)],
    logLevel: 'silent',
  } satisfies BuildOptions;
}
