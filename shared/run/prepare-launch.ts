import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { SecretNames } from '../aws/secret-names.ts';
import type { StopCause } from '../aws/task.ts';
import type { JobConfig } from '../config/config.ts';
import { AwsCallFailed } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { Cache } from '../store/cache.ts';
import type { JobImages } from './job-images.ts';
import { type Intent, intentOf } from './launch-intent.ts';
import type { LaunchSettings } from './launch-settings.ts';
import type { Run } from './run.ts';
import { familyOf, taskDefinitionOf } from './task-definition.ts';
import type { Together } from './together.ts';

export interface PrepareDeps {
  ecs: Pick<EcsTasks, 'findJob' | 'registerJob'>;
  secrets: SecretNames;
  images: JobImages;
  cache: Cache;
  settings: LaunchSettings;
  /** The launches of one worker. */
  together: Together;
  now(): Instant;
}
/** `later`: what AWS asks to be tried again. */
export type Prepared = Intent | { kind: 'later'; why: string };

const minute = 60_000;
const secretsKey = (job: string) => `secrets#${job}`;
const definitionKey = (family: string) => `task-definition#${family}`;

/** Everything RunTask needs, looked up or made; usually from the cache, without a call to AWS. */
export async function prepareLaunch(run: Run, number: number, deps: PrepareDeps): Promise<Prepared> {
  try {
    const missing = await missingSecrets(run.spec, deps);
    if (missing.length > 0) return { kind: 'failed', outcome: secretsOutcome(missing) };
    const image = await imageOf(run.spec, deps);
    if (image === undefined) return { kind: 'failed', outcome: imageOutcome(run.spec) };
    const taskDefinitionArn = await ensureDefinition(run.spec, image, deps);
    return intentOf(run, number, taskDefinitionArn, deps.settings, deps.now());
  } catch (error) {
    if (!(error instanceof AwsCallFailed)) throw error;
    // A ClientException that passes, and no throttling error by its code (aws-sdk issues).
    if (error.retryable || /too many concurrent attempts/i.test(error.message))
      return { kind: 'later', why: error.message };
    return {
      kind: 'failed',
      outcome: { kind: 'start', cause: error.message, hint: 'correct it and start the job again' },
    };
  }
}

/** The job's registered definition is not to be used again: someone deregistered it. */
export async function forgetDefinition(job: JobConfig, { cache, settings }: Pick<PrepareDeps, 'cache' | 'settings'>) {
  await cache.forget(definitionKey(familyOf(job, settings)));
}

/** Adding one helps soon, and the items of a fan-out do not use up the 40 reads that Parameter Store gives a second. */
const missKnownMs = 15_000;

/** Names of secrets are looked up once per job in five minutes; sooner where one was missing. */
async function missingSecrets(job: JobConfig, { secrets, cache, together }: PrepareDeps): Promise<string[]> {
  const names = Object.values(job.secrets);
  if (names.length === 0) return [];
  const checked = JSON.stringify(names);
  return together(`${secretsKey(job.name)} ${checked}`, async () => {
    const known = await cache.get(secretsKey(job.name));
    const [of, ...knownMissing] = known?.split('\n') ?? [];
    if (of === checked) return knownMissing;
    const missing = await secrets.missing(names);
    const text = [checked, ...missing].join('\n');
    await cache.set(secretsKey(job.name), text, missing.length > 0 ? missKnownMs : 5 * minute);
    return missing;
  });
}

const secretsOutcome = (missing: readonly string[]): StopCause => ({
  kind: 'secrets',
  cause: `there is no parameter or secret ${missing.join(', ')}`,
  hint: `create it, or correct the job's secrets in batuta.yml`,
});

const imageOf = ({ image }: JobConfig, { images }: PrepareDeps): Promise<string | undefined> =>
  typeof image === 'string' ? Promise.resolve(image) : images.uriNow(image);

function imageOutcome({ name, image }: JobConfig): StopCause {
  const repository = typeof image === 'string' ? image : image.repository;
  return {
    kind: 'image',
    cause: `no image in ${repository} is one that the job's tag policy admits`,
    hint: `push one, or correct jobs.${name}.image in batuta.yml`,
  };
}

/** The ARN of the job's task definition, registered once per content. */
function ensureDefinition(job: JobConfig, image: string, deps: PrepareDeps): Promise<string> {
  const { ecs, cache, settings } = deps;
  const { definition, hash } = taskDefinitionOf(job, image, settings);
  const key = definitionKey(definition.family);
  return deps.together(`${key} ${hash}`, async () => {
    const [knownHash, knownArn] = (await cache.get(key))?.split(' ') ?? [];
    if (knownHash === hash && knownArn) return knownArn;
    const arn = (await ecs.findJob(definition.family, hash)) ?? (await ecs.registerJob(definition, hash));
    await cache.set(key, `${hash} ${arn}`, 30 * 24 * 60 * minute);
    return arn;
  });
}
