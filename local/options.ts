import { parseArgs } from 'node:util';

export interface StartOptions {
  configFile: string;
  /** 0: any free port. */
  apiPort: number;
  awsPort: number;
  demo: boolean;
  once: boolean;
}

export const usage = `npm start -- [options]

  --config FILE     the configuration (default batuta.yml); batuta.local.yml beside it says what exists locally
  --port N          the HTTP API's port (default 4600; 0: any free port)
  --aws-port N      the AWS endpoint's port (default 4566; 0: any free port)
  --no-demo         just the system, from the configuration
  --once            end after the demo: exit code 0 only if every expectation held
  --json            one JSON object per line
  --help            this text`;

/** What the user asked for in a way that cannot be served: one line for them, exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

function port(text: string, option: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new StartError(`${option} ${text}: a port is a number from 0 to 65535`);
  return value;
}

/** @throws StartError for an unknown option or a bad value. `help` where usage is asked for. */
export function parseOptions(argv: readonly string[]): StartOptions | 'help' {
  let values: Partial<Record<string, string | boolean>>;
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', default: 'batuta.yml' },
        port: { type: 'string', default: '4600' },
        'aws-port': { type: 'string', default: '4566' },
        'no-demo': { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        // Read before the others, so that errors about them are told in the same way.
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split('\n')[0]}. npm start -- --help lists the options`);
  }
  if (values.help) return 'help';
  if (values.once && values['no-demo'])
    throw new StartError('--once ends after the demo, so it does not go with --no-demo');
  return {
    configFile: String(values.config),
    apiPort: port(String(values.port), '--port'),
    awsPort: port(String(values['aws-port']), '--aws-port'),
    demo: !values['no-demo'],
    once: Boolean(values.once),
  };
}
