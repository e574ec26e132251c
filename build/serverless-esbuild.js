// serverless-esbuild `require`s this file and calls it; the options themselves are shared with build/bundle.ts.
import { resolve } from 'node:path';
import { functionBuildOptions } from './esbuild-options.ts';

const options = (serverless) => ({
  ...functionBuildOptions(resolve(serverless.config.serviceDir, serverless.service.custom.configFile)),
  outputFileExtension: '.mjs',
  // It leaves out `aws-sdk` by default; nothing is external here.
  exclude: [],
});

export { options as 'module.exports' };
