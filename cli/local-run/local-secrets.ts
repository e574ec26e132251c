import type { InjectedSecrets } from '../../shared/aws/injected-secrets.ts';
import { isSecret } from '../../shared/aws/secret-names.ts';
import type { JobConfig } from '../../shared/config/config.ts';
import { AwsCallFailed } from '../../shared/core/errors.ts';
import { UsageError } from '../command.ts';
import { type RefusedCall, refusedCalls } from './refused-calls.ts';

export interface LocalSecrets {
  /** Environment variable → value. */
  values: Readonly<Record<string, string>>;
  /** For the reader, without values: `DB_PASSWORD from .env`. */
  sources: readonly string[];
}

type Found = { name: string; value: string; source: string } | { name: string; problem: string };

/**
 * The values of a job's secrets: those that `given` has, the rest from AWS with the caller's own rights.
 * @throws UsageError with a line for each that cannot be had, and what the execution role needs
 */
export async function localSecrets(
  job: Pick<JobConfig, 'secrets'>,
  given: { values: Readonly<Record<string, string>>; source: string },
  aws: InjectedSecrets,
): Promise<LocalSecrets> {
  const wanted = Object.entries(job.secrets);
  const found = await Promise.all(
    wanted.map(([name, valueFrom]): Promise<Found> | Found => {
      const value = Object.hasOwn(given.values, name) ? given.values[name] : undefined;
      return value === undefined ? fromAws(name, valueFrom, aws) : { name, value, source: given.source };
    }),
  );
  const problems = found.flatMap((one) => ('problem' in one ? [one.problem] : []));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const all = found.flatMap((one) => ('problem' in one ? [] : [one]));
  return {
    values: Object.fromEntries(all.map(({ name, value }) => [name, value])),
    sources: all.map(({ name, source }) => `${name} from ${source}`),
  };
}

async function fromAws(name: string, valueFrom: string, aws: InjectedSecrets): Promise<Found> {
  const orHere = `or give it by --secrets-file FILE with a line ${name}=…`;
  try {
    const value = await aws.read(valueFrom);
    if (value !== undefined) return { name, value, source: valueFrom };
    return {
      name,
      problem: `the secret ${name}: AWS has no ${valueFrom} in this account and region; create it, ${orHere}`,
    };
  } catch (error) {
    return { name, problem: `the secret ${name}: ${whyNot(valueFrom, error as Error, orHere)}` };
  }
}

function whyNot(valueFrom: string, error: Error, orHere: string): string {
  if (!(error instanceof AwsCallFailed)) return `${error.message}, ${orHere}`;
  if (!/^(AccessDenied|NotAuthorized)/.test(error.code))
    return `${valueFrom} could not be read: ${error.message}; sign in to AWS (AWS_PROFILE, AWS_REGION), ${orHere}`;
  const { action, resource = valueFrom } = refusedCalls(error.message)[0] ?? guessed(valueFrom, error);
  return (
    `AWS refuses you ${action} on ${resource}; ask for that permission, ${orHere}. In a task the job's execution ` +
    'role reads it and needs the same permission; deploying the stack gives it what batuta.yml names'
  );
}

/** Where the message names no action, it is the key that the value is encrypted with, or the read itself. */
function guessed(valueFrom: string, { message }: Error): Pick<RefusedCall, 'action' | 'resource'> {
  if (/KMS|ciphertext/i.test(message)) return { action: 'kms:Decrypt', resource: `the key of ${valueFrom}` };
  return { action: isSecret(valueFrom) ? 'secretsmanager:GetSecretValue' : 'ssm:GetParameters' };
}
