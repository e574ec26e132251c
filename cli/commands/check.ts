import { parseArgs } from 'node:util';
import { checkConfiguration, InvalidConfiguration } from '../../build/configuration.ts';
import type { Config } from '../../shared/config/config.ts';
import type { Command, Terminal } from '../command.ts';

export const check: Command = {
  synopsis: '[--config FILE]',
  summary: 'check batuta.yml; says what is wrong, where, and what to write; warns of what is hardly meant',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { config: { type: 'string', default: 'batuta.yml' } } });
    return checkFile(values.config, terminal);
  },
};

function checkFile(file: string, terminal: Terminal): number {
  try {
    const { config, warnings } = checkConfiguration(file);
    for (const warning of warnings) terminal.error(`warning: ${warning}`);
    terminal.out(`${file} is OK: ${summary(config)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    terminal.error(error.message);
    return 1;
  }
}

function summary({ services, jobs, channels, routes }: Config): string {
  return [
    count(Object.keys(services), 'service'),
    count(Object.keys(jobs), 'job'),
    count(Object.keys(channels), 'channel'),
    count(routes, 'route'),
  ].join(', ');
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}
