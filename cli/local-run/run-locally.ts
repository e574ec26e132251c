import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { AwsConnection } from '../../shared/aws/connection.ts';
import { injectedSecrets } from '../../shared/aws/injected-secrets.ts';
import type { JobConfig, ParamValue } from '../../shared/config/config.ts';
import { checkParams, renderArgs } from '../../shared/config/job-parameters.ts';
import { type Terminal, UsageError } from '../command.ts';
import { runEntryPoint } from './entry-point.ts';
import { readEnvFile } from './env-file.ts';
import { localEnvironment } from './local-environment.ts';
import { localSecrets } from './local-secrets.ts';
import { refusalHints } from './refusal-hints.ts';
import { watchForRefusals } from './refused-calls.ts';

export interface LocalRunOptions {
  /** As given, of their types (param-text.ts); checked here. */
  params: Readonly<Record<string, unknown>>;
  /** Has the job's secrets, or some of them, as lines NAME=value. */
  envFile?: string | undefined;
  environment: NodeJS.ProcessEnv;
  /** Where the script prints; by default where this process does. */
  output?: { out: Writable; error: Writable };
  /** By default the SDK's own: profile, environment, single sign-on. */
  aws?: AwsConnection;
}

/**
 * Runs a job's script on this machine by the toolbox's own entry point, as a task would: the same arguments,
 * environment, masking, deadline and stop. Resolves with the exit code.
 * @throws UsageError before anything runs, for what is not a toolbox script, wrong parameters, secrets that cannot be had
 */
export async function runLocally(job: JobConfig, options: LocalRunOptions, terminal: Terminal): Promise<number> {
  if (job.image !== 'toolbox') throw new UsageError(notHere(job));
  const params = checked(job, options.params);
  const secrets = await secretsOf(job, options);
  if (secrets.sources.length > 0) terminal.error(`secrets: ${secrets.sources.join(', ')}`);
  const folder = mkdtempSync(join(options.environment.TMPDIR ?? tmpdir(), 'batuta-local-'));
  const work = join(folder, 'work');
  mkdirSync(work);
  // Whatever happens to the reader, the folder is tidied.
  terminal.reader?.on('gone', () => {});
  try {
    return await runIn({ folder, work }, job, { params, secrets: secrets.values }, options, terminal);
  } finally {
    tidy(folder, work, terminal);
  }
}

async function runIn(
  { folder, work }: { folder: string; work: string },
  job: JobConfig,
  given: { params: Readonly<Record<string, ParamValue>>; secrets: Readonly<Record<string, string>> },
  { environment, output = { out: process.stdout, error: process.stderr } }: LocalRunOptions,
  terminal: Terminal,
): Promise<number> {
  const toolbox = join(folder, 'toolbox');
  // Needs esbuild, which no other command does.
  const { buildToolbox } = await import('../../build/toolbox.ts');
  await buildToolbox(toolbox);
  const watch = watchForRefusals();
  const startedAt = Date.now();
  const deadlineAtMs = startedAt + Math.min(job.timeoutMs, job.attemptTimeoutMs ?? Infinity);
  const exitCode = await runEntryPoint({
    argv: [join(toolbox, 'entrypoint.mjs'), ...job.command, ...renderArgs(job.args, given.params)],
    directory: work,
    environment: localEnvironment(job, { ...given, deadlineAtMs }, environment),
    stopTimeoutMs: job.stopTimeoutSeconds * 1000,
    ...output,
    reader: terminal.reader ?? new EventEmitter(),
    see: watch.see,
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  terminal.error(`${job.name} ended with exit code ${exitCode} after ${seconds} s`);
  for (const line of refusalHints(job, watch.found())) terminal.error(line);
  return exitCode;
}

function notHere({ name, image }: JobConfig): string {
  const shown = typeof image === 'string' ? image : image.repository;
  return `${name} runs in the image ${shown}, which is not on this machine; --local runs scripts of the toolbox only: start it without --local`;
}

function checked(job: JobConfig, given: Readonly<Record<string, unknown>>): Record<string, ParamValue> {
  const result = checkParams(job, given);
  if (result.ok) return result.params;
  throw new UsageError(result.problems.map(({ name, message }) => `${name} ${message}`.trim()).join('\n'));
}

function secretsOf(job: JobConfig, { envFile, aws }: LocalRunOptions) {
  const values = envFile === undefined ? {} : readEnvFile(envFile);
  return localSecrets(job, { values, source: envFile ?? '' }, injectedSecrets(aws ?? {}));
}

/** What a script leaves in its working folder is gone with a task; here somebody may want it. */
function tidy(folder: string, work: string, { error }: Terminal): void {
  const isEmpty = readdirSync(work).length === 0;
  rmSync(isEmpty ? folder : join(folder, 'toolbox'), { recursive: true, force: true });
  if (!isEmpty) error(`what the script left in its working folder, which a task loses, is in ${work}`);
}
