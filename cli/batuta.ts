#!/usr/bin/env node
import { main } from './main.ts';

// `batuta logs RUN | head`: nobody reads any more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), { out: console.log, error: console.error }, process.env);
