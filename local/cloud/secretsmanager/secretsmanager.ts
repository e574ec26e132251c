import type * as model from '@aws-sdk/client-secrets-manager';
import * as secretsModel from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../clock.ts';
import { type Access, AwsError, type Operations, type Place, type Service } from '../service.ts';
import { createSecretStore, type Secret, type SecretValue, type SecretVersion, versionOf } from './store.ts';

export interface SecretsManager extends Service {
  /**
   * The value that ECS's `arn…:secret:name-xxxxxx:json-key:version-stage:version-id` means; the last three may be left
   * out or empty.
   * @throws Error that names the secret or the key, never a value.
   */
  resolve(valueFrom: string): string;
}

/** Secrets Manager in memory. */
export function createSecretsManager({ place, clock }: { place: Place; clock: Clock }): SecretsManager {
  const store = createSecretStore(place, clock);

  const operations = {
    CreateSecret(input) {
      const secret = store.create(input.Name, input.Description);
      const value = givenValue(input);
      const version = value && store.addVersion(secret, value, input.ClientRequestToken);
      return { ARN: secret.arn, Name: secret.name, ...(version ? { VersionId: version.id } : {}) };
    },
    GetSecretValue(input) {
      const secret = store.live(input.SecretId);
      const version = versionOf(secret, input.VersionStage, input.VersionId);
      return { ...shown(secret, version), ...version.value, CreatedDate: new Date(version.createdMs) };
    },
    DescribeSecret(input) {
      const secret = store.find(input.SecretId);
      return {
        ARN: secret.arn,
        Name: secret.name,
        ...(secret.description === undefined ? {} : { Description: secret.description }),
        ...(secret.deletionMs === undefined ? {} : { DeletedDate: new Date(secret.deletionMs) }),
        CreatedDate: new Date(secret.createdMs),
        LastChangedDate: new Date(secret.changedMs),
        VersionIdsToStages: Object.fromEntries(
          secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
        ),
      };
    },
    PutSecretValue(input) {
      const secret = store.live(input.SecretId);
      const value = givenValue(input);
      if (!value)
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      return shown(secret, store.addVersion(secret, value, input.ClientRequestToken, input.VersionStages));
    },
    DeleteSecret(input) {
      const secret = store.find(input.SecretId);
      const days = input.ForceDeleteWithoutRecovery ? 0 : (input.RecoveryWindowInDays ?? 30);
      secret.deletionMs = clock.now() + days * 86_400_000;
      if (input.ForceDeleteWithoutRecovery) store.remove(secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(secret.deletionMs) };
    },
  } satisfies Operations<typeof model>;

  return {
    name: 'secretsmanager',
    model: secretsModel,
    protocol: 'json',
    target: 'secretsmanager',
    invalidInput: 'ValidationException',
    operations,
    access: (operation, input) => [
      { action: `secretsmanager:${operation}`, resource: resourceOf(place, store, input) },
    ],
    resolve(valueFrom) {
      const [, arn = valueFrom, rest = ''] = /^((?:[^:]*:){6}[^:]*):?(.*)$/.exec(valueFrom) ?? [];
      const [key, stage, id] = rest.split(':');
      const { SecretString } = versionOf(store.live(arn), stage || undefined, id || undefined).value;
      if (SecretString === undefined) throw new Error(`the secret ${arn} holds no SecretString`);
      return key ? member(SecretString, key) : SecretString;
    },
  };
}

function givenValue(input: { [K in keyof SecretValue]: SecretValue[K] | undefined }): SecretValue | undefined {
  if (input.SecretString !== undefined) return { SecretString: input.SecretString };
  return input.SecretBinary === undefined ? undefined : { SecretBinary: input.SecretBinary };
}

function shown(secret: Secret, version: SecretVersion) {
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
}

function member(secretString: string, key: string): string {
  let document: unknown;
  try {
    document = JSON.parse(secretString);
  } catch {
    // The parser's own message would quote the value; so no cause either.
    throw new Error(`the secret is not JSON, so it has no json key ${key}`);
  }
  const found = typeof document === 'object' && document !== null && Object.hasOwn(document, key);
  if (!found) throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  const value = (document as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A secret that does not exist yet has no suffix; IAM then sees `??????` in its place. */
function resourceOf(
  place: Place,
  store: ReturnType<typeof createSecretStore>,
  input: Readonly<Record<string, unknown>>,
): Access['resource'] {
  const id = String(input.SecretId ?? input.Name ?? '');
  try {
    return store.find(id).arn;
  } catch {
    if (id.startsWith('arn:')) return id;
    return `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${id}-??????`;
  }
}
