import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { InvalidConfiguration, readConfiguration } from '../../build/configuration.ts';
import type { JobAnswer } from '../../shared/api/jobs.ts';
import type { RunView } from '../../shared/api/run-view.ts';
import type { Config } from '../../shared/config/config.ts';
import { suggestName } from '../../shared/config/nearest.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand, given, tell } from '../arguments.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { followRun } from '../follow-run.ts';
import { localTime } from '../print.ts';
import { readJson, readParams, splitPair } from '../read-params.ts';

const shared = {
  param: { type: 'string', multiple: true, short: 'p' },
  'params-file': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

const synopsis = `JOB [-p|--param NAME=VALUE]… [--params-file FILE] [--at TIME [--timezone ZONE]] [--for-each NAME=RANGE | --items-file FILE] [--max-parallel N] [--fail-fast] [--follow] [--idempotency-key KEY] ${apiSynopsis}
      batuta run JOB --local [-p|--param NAME=VALUE]… [--params-file FILE] [--secrets-file FILE] [--config FILE]`;

const remote = apiCommand({
  name: 'run',
  synopsis,
  summary:
    'start a job, now or at a time, once or for each of a range; with --follow until it is over; with --local its very script on this machine',
  options: {
    ...shared,
    at: { type: 'string' },
    timezone: { type: 'string' },
    'for-each': { type: 'string', multiple: true },
    'items-file': { type: 'string' },
    'max-parallel': { type: 'string' },
    'fail-fast': { type: 'boolean' },
    follow: { type: 'boolean', short: 'f' },
    'idempotency-key': { type: 'string' },
  },
  names: [1, 1],
  async act({ names: [job = ''], values, json }, api, terminal) {
    const path = `/jobs/${encodeURIComponent(job)}`;
    const params = readParams(values.param ?? [], values['params-file'], await paramsOf(api, path, values.param));
    const body = given({ params, ...whenOf(values), ...itemsOf(values), failFast: values['fail-fast'] });
    const answer = (await api.post(`${path}/runs`, body, values['idempotency-key'])) as { run: RunView };
    if (values.follow) return followRun(api, answer.run, terminal, json);
    tell(terminal, json, answer, ({ run }) => [startedInWords(run)]);
    return 0;
  },
});

/** Types are asked for only where there are texts to be read by them. */
async function paramsOf(api: Api, path: string, pairs: readonly string[] = []): Promise<JobAnswer['params']> {
  if (pairs.length === 0) return {};
  return ((await api.get(path)) as { job: JobAnswer }).job.params;
}

/** A time without a zone is this machine's, as the times that are shown. */
function whenOf({ at, timezone }: { at?: string | undefined; timezone?: string | undefined }) {
  const isLocal = at !== undefined && timezone === undefined && !/(Z|[+-]\d\d:\d\d)$/.test(at);
  return { at, timezone: isLocal ? Intl.DateTimeFormat().resolvedOptions().timeZone : timezone };
}

function itemsOf(values: {
  'for-each'?: string[] | undefined;
  'items-file'?: string | undefined;
  'max-parallel'?: string | undefined;
}) {
  const { 'for-each': ranges = [], 'items-file': file, 'max-parallel': most } = values;
  const [range, ...more] = ranges;
  if (more.length > 0) throw new UsageError('--for-each takes one parameter; for several give --items-file');
  if (most !== undefined && !/^[1-9]\d{0,4}$/.test(most))
    throw new UsageError(`--max-parallel ${most} is not a whole number from 1 to 10000`);
  return {
    forEach: range === undefined ? undefined : Object.fromEntries([splitPair(range, '--for-each')]),
    items: file === undefined ? undefined : readJson(file),
    maxParallel: most === undefined ? undefined : Number(most),
  };
}

export function startedInWords({ id, job, state, fanOut, waitsUntil }: RunView): string {
  const what = fanOut ? `${job} for ${fanOut.total} item${fanOut.total === 1 ? '' : 's'}` : job;
  return `${what} ${waitsUntil ? `waits until ${localTime(waitsUntil)}` : `is ${state}`}: ${id}`;
}

const localOptions = {
  ...shared,
  local: { type: 'boolean' },
  'secrets-file': { type: 'string' },
  config: { type: 'string', default: 'batuta.yml' },
} as const satisfies ParseArgsOptionsConfig;

/** Needs neither the API nor a token. */
async function runHere(args: string[], terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: localOptions, allowPositionals: true });
  const [name = ''] = positionals;
  if (positionals.length !== 1) throw new UsageError(`usage: batuta run ${synopsis}`);
  const { jobs } = configurationOf(values.config);
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (!job)
    throw new UsageError(`there is no job ${name}; ${suggestName(name, Object.keys(jobs)) ?? 'batuta.yml has none'}`);
  const params = readParams(values.param ?? [], values['params-file'], job.params) ?? {};
  const { runLocally } = await import('../local-run/run-locally.ts');
  return runLocally(job, { params, envFile: values['secrets-file'], environment }, terminal);
}

function configurationOf(file: string): Config {
  try {
    return readConfiguration(file);
  } catch (error) {
    if (error instanceof InvalidConfiguration) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

export const run: Command = {
  ...remote,
  run: (args, ...rest) => (args.includes('--local') ? runHere(args, ...rest) : remote.run(args, ...rest)),
};
