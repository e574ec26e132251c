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

const regionOf = (nameOrArn: string): string | undefined => /^arn:[^:]+:[^:]+:([^:]+):/.exec(nameOrArn)?.[1];

/** ECS reads what an ARN of another region names there (Amazon ECS Developer Guide, "Pass Systems Manager parameters"). */
export function inRegionOf(aws: AwsConnection, nameOrArn: string): AwsConnection {
  const region = regionOf(nameOrArn);
  return region === undefined ? aws : { ...aws, region };
}

/**
 * Whether Secrets Manager has it; `arn` may end in a JSON key and a version. One that is marked for deletion cannot
 * be read any more. @throws AwsCallFailed
 */
export async function exists(secrets: SecretsManagerClient, arn: string): Promise<boolean> {
  try {
    const { DeletedDate } = await call('DescribeSecret', () =>
      secrets.send(new DescribeSecretCommand({ SecretId: secretId(arn) })),
    );
    return DeletedDate === undefined;
  } catch (error) {
    if ((error as Error).cause instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** One client for each region that names lead to. */
function perRegion<Client>(connect: (nameOrArn: string) => Client): (nameOrArn: string) => Client {
  const clients = new Map<string | undefined, Client>();
  return (nameOrArn) => {
    const client = clients.get(regionOf(nameOrArn)) ?? connect(nameOrArn);
    clients.set(regionOf(nameOrArn), client);
    return client;
  };
}

export function secretNames(aws: AwsConnection): SecretNames {
  const ssmOf = perRegion((name) => new SSMClient(inRegionOf(aws, name)));
  const secretsOf = perRegion((arn) => new SecretsManagerClient(inRegionOf(aws, arn)));

  async function missingParameters(names: string[]): Promise<string[]> {
    const missing: string[] = [];
    for (const ofRegion of Map.groupBy(names, regionOf).values()) {
      const ssm = ssmOf(ofRegion[0] ?? '');
      for (let start = 0; start < ofRegion.length; start += batchSize) {
        const answer = await call('GetParameters', () =>
          ssm.send(
            new GetParametersCommand({ Names: ofRegion.slice(start, start + batchSize), WithDecryption: false }),
          ),
        );
        missing.push(...(answer.InvalidParameters ?? []));
      }
    }
    return missing;
  }

  return {
    async missing(names) {
      const distinct = [...new Set(names)];
      const missing = await missingParameters(distinct.filter((name) => !isSecret(name)));
      for (const arn of distinct.filter(isSecret)) if (!(await exists(secretsOf(arn), arn))) missing.push(arn);
      return missing;
    },
  };
}
