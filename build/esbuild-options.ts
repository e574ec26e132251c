import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { readConfiguration } from './configuration.ts';
import { leanPackageInfoPlugin } from './lean-package-info.ts';
import { leanSchemasPlugin } from './lean-schemas.ts';

/** Resolves `batuta:config` to the validated configuration as JSON. */
function configPlugin(configFile: string): Plugin {
  return {
    name: 'batuta-config',
    setup(build) {
      build.onResolve({ filter: /^batuta:config$/ }, () => ({ path: 'config', namespace: 'batuta' }));
      build.onLoad({ filter: /.*/, namespace: 'batuta' }, () => {
        return { contents: JSON.stringify(readConfiguration(configFile)), loader: 'json', watchFiles: [configFile] };
      });
    },
  };
}

/**
 * Takes Node's own modules without importing them. An import as an ES module makes Node read every
 * property for the named exports, among them http.WebSocket, which loads all of undici: 10 ms and
 * more of each cold start.
 */
const builtinsPlugin: Plugin = {
  name: 'batuta-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: 'js',
    }));
  },
};

/** What the functions' sizes and load times are compared with: esbuild's defaults for Node, the same entry and configuration. */
export function baselineBuildOptions(configFile: string) {
  return {
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The SDK's CommonJS files, which esbuild takes by default, call require of Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [configPlugin(configFile)],
    logLevel: 'silent',
  } satisfies BuildOptions;
}

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** How every function is bundled, here and by serverless-esbuild. `configFile` is absolute. */
export function functionBuildOptions(configFile: string) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': beside('env-credentials.ts'),
      '@aws-sdk/middleware-endpoint-discovery': beside('no-endpoint-discovery.ts'),
      '@aws-sdk/signature-v4-multi-region': beside('no-multi-region.ts'),
      '@smithy/core/event-streams': beside('no-event-streams.ts'),
    },
    plugins: [configPlugin(configFile), builtinsPlugin, leanSchemasPlugin, leanPackageInfoPlugin],
    logLevel: 'silent',
  } satisfies BuildOptions;
}
