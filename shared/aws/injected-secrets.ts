import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type AwsConnection, call } from './connection.ts';
import { inRegionOf, isSecret } from './secret-names.ts';

/** Values as ECS puts them into a container, by `valueFrom`: an SSM parameter's name or ARN, or a secret's ARN. */
export interface InjectedSecrets {
  /**
   * By the calls that ECS makes with the execution role, so that the same permissions are asked for. Undefined where
   * there is none. @throws AwsCallFailed; Error for a value that ECS could not inject. Errors never have values.
   */
  read(valueFrom: string): Promise<string | undefined>;
}

export function injectedSecrets(aws: AwsConnection): InjectedSecrets {
  return {
    read: (valueFrom) => (isSecret(valueFrom) ? readSecret(aws, valueFrom) : readParameter(aws, valueFrom)),
  };
}

async function readParameter(aws: AwsConnection, name: string): Promise<string | undefined> {
  const client = new SSMClient(inRegionOf(aws, name));
  const { Parameters } = await call(`GetParameters of ${name}`, () =>
    client.send(new GetParametersCommand({ Names: [name], WithDecryption: true })),
  );
  return Parameters?.[0]?.Value;
}

/** `arn:…:secret:NAME:JSON-KEY:VERSION-STAGE:VERSION-ID`, where each of the last three may be empty or left out. */
async function readSecret(aws: AwsConnection, valueFrom: string): Promise<string | undefined> {
  const parts = valueFrom.split(':');
  const [arn, [jsonKey, stage, version]] = [parts.slice(0, 7).join(':'), parts.slice(7)];
  const client = new SecretsManagerClient(inRegionOf(aws, arn));
  const asked = new GetSecretValueCommand({
    SecretId: arn,
    ...(stage ? { VersionStage: stage } : {}),
    ...(version ? { VersionId: version } : {}),
  });
  const answer = await call(`GetSecretValue of ${arn}`, () => client.send(asked)).catch((error) => {
    if (error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  if (answer.SecretString === undefined)
    throw new Error(`${arn} holds bytes; ECS injects text: store it as a secret string`);
  return jsonKey ? fieldOf(answer.SecretString, jsonKey, arn) : answer.SecretString;
}

/** The parser's own message would quote the secret. */
function fieldOf(json: string, key: string, arn: string): string {
  const fields = parsed(json);
  if (typeof fields !== 'object' || fields === null) throw new Error(`${arn} is no JSON object; leave out :${key}`);
  const value: unknown = Object.hasOwn(fields, key) ? (fields as Record<string, unknown>)[key] : undefined;
  if (value === undefined)
    throw new Error(`${arn} has no key ${key}; correct it in batuta.yml, or add it to the secret`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
