import { randomBytes } from 'node:crypto';
import type { ParameterTier, ParameterType, PutParameterCommandInput } from '@aws-sdk/client-ssm';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../service.ts';
import { checkNewName } from './names.ts';

/** One version of a parameter. */
export interface ParameterVersion {
  name: string;
  value: string;
  /** What a SecureString shows without decryption: opaque, and not derived from the value. */
  ciphertext: string;
  type: ParameterType;
  tier: ParameterTier;
  version: number;
  modifiedMs: number;
  description: string | undefined;
  keyId: string | undefined;
}

const keptVersions = 100;
const maxBytes: Partial<Record<string, number>> = { Standard: 4096, Advanced: 8192, 'Intelligent-Tiering': 8192 };

function invalid(message: string): never {
  throw new AwsError('ValidationException', message);
}

function checkValue(value: string, tier: ParameterTier, pattern: string | undefined): void {
  if (value === '')
    invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const limit = maxBytes[tier] ?? 4096;
  if (Buffer.byteLength(value) > limit)
    invalid(
      `${tier === 'Standard' ? 'Standard' : 'Advanced'} tier parameters support a maximum parameter value of ${limit} characters.` +
        (tier === 'Standard'
          ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.'
          : ''),
    );
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      'Parameter value, cannot be validated against allowedPattern.',
    );
}

function typeOf(input: PutParameterCommandInput, before: ParameterVersion | undefined): ParameterType {
  if (!before) return input.Type ?? invalid('A parameter type is required when you create a parameter.');
  if (input.Type && input.Type !== before.type)
    throw new AwsError(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. You must create a new, unique parameter.",
    );
  return before.type;
}

/** The parameters with their versions, in memory. */
export function createParameterStore(clock: Clock) {
  const parameters = new Map<string, ParameterVersion[]>();

  function put(input: PutParameterCommandInput & { Name: string; Value: string }): ParameterVersion {
    checkNewName(input.Name);
    const versions = parameters.get(input.Name);
    if (versions && !input.Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    const before = versions?.at(-1);
    const tier = input.Tier ?? before?.tier ?? 'Standard';
    checkValue(input.Value, tier, input.AllowedPattern);
    const type = typeOf(input, before);
    const added: ParameterVersion = {
      name: input.Name,
      value: input.Value,
      ciphertext: `AQICAH${randomBytes(120).toString('base64')}`,
      type,
      tier: tier === 'Intelligent-Tiering' ? (Buffer.byteLength(input.Value) > 4096 ? 'Advanced' : 'Standard') : tier,
      version: (before?.version ?? 0) + 1,
      modifiedMs: clock.now(),
      description: input.Description ?? before?.description,
      keyId: type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? 'alias/aws/ssm') : undefined,
    };
    parameters.set(input.Name, [...(versions ?? []), added].slice(-keptVersions));
    return added;
  }

  return {
    put,
    versions: (name: string): readonly ParameterVersion[] => parameters.get(name) ?? [],
    /** The newest version of each parameter, by name. */
    all: (): ParameterVersion[] =>
      [...parameters.values()].flatMap((versions) => versions.at(-1) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)),
    /** True if there was one. */
    remove: (name: string): boolean => parameters.delete(name),
  };
}

export type ParameterStore = ReturnType<typeof createParameterStore>;

/** The version that `name`, `name:version` or an ARN's name means, or undefined. */
export function findVersion(
  store: ParameterStore,
  name: string,
  selector: string | undefined,
): ParameterVersion | undefined {
  const versions = store.versions(name);
  return selector === undefined ? versions.at(-1) : versions.find(({ version }) => String(version) === selector);
}
