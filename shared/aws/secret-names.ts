import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type AwsConnection, call } from './connection.ts';

/** Looks whether secrets exist, never at their values. */
export interface SecretNames {
  /** Those of `names` (SSM parameter names or ARNs, Secrets Manager ARNs) that do not exist. */
  missing(names: readonly string[]): Promise<string[]>;
}

const batchSize = 10;
export const isSecret = (name: string) => /^arn:[^:]+:secretsmanager:/.test(name);
/** Without `:json-key:version-stage:version-id`, which ECS takes and Secrets Manager does not. */
const secretId = (arn: string) => arn.split(':').slice(0, 7).join(':');

/** Whether Secrets Manager has it; `arn` may end in a JSON key and a version. @throws AwsCallFailed */
export async function exists(secrets: SecretsManagerClient, arn: string): Promise<boolean> {
  try {
    await call('DescribeSecret', () => secrets.send(new DescribeSecretCommand({ SecretId: secretId(arn) })));
    return true;
  } catch (error) {
    if ((error as Error).cause instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

export function secretNames(aws: AwsConnection): SecretNames {
  const ssm = new SSMClient(aws);
  const secrets = new SecretsManagerClient(aws);

  async function missingParameters(names: string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let start = 0; start < names.length; start += batchSize) {
      const answer = await call('GetParameters', () =>
        ssm.send(new GetParametersCommand({ Names: names.slice(start, start + batchSize), WithDecryption: false })),
      );
      missing.push(...(answer.InvalidParameters ?? []));
    }
    return missing;
  }

  return {
    async missing(names) {
      const distinct = [...new Set(names)];
      const missing = await missingParameters(distinct.filter((name) => !isSecret(name)));
      for (const arn of distinct.filter(isSecret)) if (!(await exists(secrets, arn))) missing.push(arn);
      return missing;
    },
  };
}
