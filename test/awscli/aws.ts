import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { contains } from './contains.ts';

/** Debian's own before any other that PATH may have. */
const program = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws';
/** The exit code of AWS CLI 2 when the service answered with an error. */
const REFUSED = 254;
const LONGEST_MS = 60_000;

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what a command prints is JSON of any shape; each check says which.
type Printed = any;

/** The AWS CLI for one service, with a count of what it did as expected. */
export interface Aws {
  /** The command succeeds and its JSON contains `expected` (see contains.ts); `{}` where it may print nothing. */
  gives(command: readonly string[], expected: unknown): Promise<Printed>;
  /** The command fails with this error code of AWS. */
  refuses(command: readonly string[], code: string): Promise<void>;
}

export interface Tally {
  passed: number;
  failed: number;
}

function run(args: readonly string[]): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: 'awscli',
    AWS_SECRET_ACCESS_KEY: 'awscli',
    AWS_DEFAULT_REGION: 'us-east-1',
    // Nothing of the user's own.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: LONGEST_MS }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

/** @throws Error with what the CLI said. */
function outputOf({ code, stdout, stderr }: Ended): Printed {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr.trim()}`);
  return stdout.trim() === '' ? {} : JSON.parse(stdout);
}

function checkRefusal({ code, stderr }: Ended, errorCode: string): void {
  if (code === REFUSED && stderr.includes(`An error occurred (${errorCode})`)) return;
  throw new Error(`exit code ${code}, not ${REFUSED} with ${errorCode}: ${stderr.trim()}`);
}

/** A failed check is printed and counted; the commands after it still run. */
export function awsFor(service: string, endpoint: string, tally: Tally): Aws {
  const call = (command: readonly string[]) =>
    run([service, ...command, '--endpoint-url', endpoint, '--output', 'json', '--cli-read-timeout', '20']);

  async function check<Value>(command: readonly string[], judge: (ended: Ended) => Value): Promise<Value | undefined> {
    const said = `aws ${service} ${command.slice(0, 3).join(' ')}`.slice(0, 100);
    try {
      const value = judge(await call(command));
      tally.passed++;
      console.log(`✔ ${said}`);
      return value;
    } catch (error) {
      tally.failed++;
      console.log(`✘ ${said}\n  ${(error as Error).message.replaceAll('\n', '\n  ')}`);
      return undefined;
    }
  }

  return {
    async gives(command, expected) {
      const value = await check(command, (ended) => {
        const output = outputOf(ended);
        if (contains(output, expected)) return output;
        throw new Error(`${JSON.stringify(output).slice(0, 2000)}\nlacks ${inspect(expected, { depth: 9 })}`);
      });
      return value ?? {};
    },
    refuses: (command, code) => check(command, (ended) => checkRefusal(ended, code)),
  };
}
