// serverless-esbuild `require`s this file and calls it; the options themselves are shared with build/bundle.ts.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { functionBuildOptions } from './esbuild-options.ts';

// It zips at the fastest level and has no option for another: the best one makes the zips a tenth smaller.
const archiver = createRequire(import.meta.resolve('serverless-esbuild'))('archiver');
const { create } = archiver;
archiver.create = (format, options) => create(format, { zlib: { level: 9 }, ...options });

const options = (serverless) => ({
  ...functionBuildOptions(resolve(serverless.config.serviceDir, serverless.service.custom.configFile)),
  outputFileExtension: '.mjs',
  // It leaves out `aws-sdk` by default; nothing is external here.
  exclude: [],
});

export { options as 'module.exports' };
