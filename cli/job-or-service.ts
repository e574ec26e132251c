import { type Api, Refusal } from './api.ts';
import { UsageError } from './command.ts';

/** For commands that take a job or a service. */
export const kindOptions = { job: { type: 'boolean' }, service: { type: 'boolean' } } as const;

interface Named {
  kind: 'job' | 'service';
  /** In the API. */
  path: string;
}

/**
 * Which of the two a name is; `--job` or `--service` says it where it is both. A scheduled task counts as a service.
 * @throws UsageError where it is both, or neither
 */
export async function findNamed(
  api: Api,
  name: string,
  { job = false, service = false }: { job?: boolean | undefined; service?: boolean | undefined },
): Promise<Named> {
  const named = (kind: Named['kind']): Named => ({ kind, path: `/${kind}s/${encodeURIComponent(name)}` });
  if (job && service) throw new UsageError('give --job or --service, not both');
  if (job || service) return named(job ? 'job' : 'service');
  // What had deployments is one, a scheduled task too; this asks ECS nothing.
  const ofService = `/deployments?${new URLSearchParams({ service: name, limit: '1' })}`;
  const [noJob, noService] = await Promise.all([refusalOf(api, named('job').path), refusalOf(api, ofService)]);
  if (!noJob && !noService) throw new UsageError(`${name} is a job and a service; say which by --job or --service`);
  if (!noJob) return named('job');
  if (!noService) return named('service');
  throw new UsageError(`${name} is neither a job nor a service: ${noJob}; ${noService}`);
}

/** Why there is none; undefined where there is one. */
async function refusalOf(api: Api, path: string): Promise<string | undefined> {
  try {
    await api.get(path);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return error.message;
    throw error;
  }
}
