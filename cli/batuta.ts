#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { main } from './main.ts';

// A log of a million lines would else leave 200 MB of garbage lying about.
setFlagsFromString('--optimize-for-size');

// `batuta logs RUN | head`: nobody reads any more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), { out: console.log, error: console.error }, process.env);
