import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { AwsError, type Place } from '../service.ts';

export interface SecretValue {
  SecretString?: string;
  SecretBinary?: Uint8Array;
}

export interface SecretVersion {
  id: string;
  value: SecretValue;
  stages: string[];
  createdMs: number;
}

export interface Secret {
  name: string;
  arn: string;
  description: string | undefined;
  createdMs: number;
  changedMs: number;
  /** Set while a deleted secret can still be restored. */
  deletionMs: number | undefined;
  versions: SecretVersion[];
}

const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

function notFound(): never {
  throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** Six letters end a secret's ARN, so that a new secret of an old name is another one. */
const suffix = () => randomBytes(6).toString('base64url').replace(/[-_]/g, 'x').slice(0, 6);

/** The secrets with their versions, in memory. */
export function createSecretStore(place: Place, clock: Clock) {
  const secrets = new Map<string, Secret>();

  /** By name, ARN, or ARN without its last six letters. */
  const find = (id: string): Secret => {
    const byArn = (secret: Secret) => secret.arn === id || secret.arn.slice(0, -7) === id;
    return secrets.get(id) ?? [...secrets.values()].find(byArn) ?? notFound();
  };

  return {
    find,
    /** @throws AwsError also for a secret that is marked for deletion */
    live(id: string): Secret {
      const secret = find(id);
      if (secret.deletionMs === undefined) return secret;
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    },
    create(name: string, description: string | undefined): Secret {
      if (secrets.has(name))
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      const arn = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${name}-${suffix()}`;
      const now = clock.now();
      const secret = { name, arn, description, createdMs: now, changedMs: now, deletionMs: undefined, versions: [] };
      secrets.set(name, secret);
      return secret;
    },
    /** Adds a version; AWSCURRENT moves to it unless other stages are named. */
    addVersion(secret: Secret, value: SecretValue, token: string | undefined, stages = [current]): SecretVersion {
      // A retry of the SDK brings the same token.
      const repeated = secret.versions.find(({ id }) => id === token);
      if (repeated) return repeated;
      const holder = secret.versions.find((version) => version.stages.includes(current));
      for (const version of secret.versions) version.stages = version.stages.filter((stage) => !stages.includes(stage));
      if (holder && stages.includes(current)) {
        for (const version of secret.versions) version.stages = version.stages.filter((stage) => stage !== previous);
        holder.stages.push(previous);
      }
      const added = { id: token ?? place.newUuid(), value, stages, createdMs: clock.now() };
      secret.versions.push(added);
      secret.changedMs = clock.now();
      return added;
    },
    remove: (secret: Secret): void => void secrets.delete(secret.name),
  };
}

/** The version of an id, a stage, or both; AWSCURRENT by default. @throws AwsError ResourceNotFoundException */
export function versionOf(secret: Secret, stage: string | undefined, id: string | undefined): SecretVersion {
  const wanted = stage ?? (id === undefined ? current : undefined);
  const found = secret.versions.find(
    (version) => (id === undefined || version.id === id) && (wanted === undefined || version.stages.includes(wanted)),
  );
  if (found) return found;
  const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}
