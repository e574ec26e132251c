#!/usr/bin/env node
import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { main } from './main.ts';

// A log of a million lines would else leave 200 MB of garbage lying about.
setFlagsFromString('--optimize-for-size');

const reader = new EventEmitter<{ gone: [] }>();
// `batuta logs RUN | head`: nobody reads any more. Who listens has something to put away first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && reader.emit('gone')) return;
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const terminal = { out: console.log, error: console.error, isTTY: process.stdout.isTTY === true, reader };
process.exitCode = await main(process.argv.slice(2), terminal, process.env);
