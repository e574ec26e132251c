import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type AwsConnection, call } from './connection.ts';
import { exists, isSecret, type SecretNames } from './secret-names.ts';

/** DescribeParameters takes as many values per filter (SSM API reference). */
const batchSize = 50;

/** A parameter's ARN has no slash in front of its name: `parameter/db` is `db` or `/db`. */
function namesOf(nameOrArn: string): string[] {
  const path = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/(.+)$/.exec(nameOrArn)?.[1];
  return path === undefined ? [nameOrArn] : [path, `/${path}`];
}

/**
 * Looks by descriptions: for services, whose secrets batuta.yml does not name. GetParameters would
 * need the right to read every parameter; DescribeParameters shows names only.
 */
export function describedSecrets(aws: AwsConnection): SecretNames {
  const ssm = new SSMClient(aws);
  const secrets = new SecretsManagerClient(aws);

  async function existing(names: readonly string[]): Promise<string[]> {
    const answer = await call('DescribeParameters', () =>
      ssm.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [...names] }],
          MaxResults: batchSize,
        }),
      ),
    );
    return (answer.Parameters ?? []).flatMap(({ Name }) => Name ?? []);
  }

  async function missingParameters(parameters: readonly string[]): Promise<string[]> {
    const names = parameters.flatMap(namesOf);
    const batches = [];
    for (let start = 0; start < names.length; start += batchSize) batches.push(names.slice(start, start + batchSize));
    const found = new Set((await Promise.all(batches.map(existing))).flat());
    return parameters.filter((parameter) => !namesOf(parameter).some((name) => found.has(name)));
  }

  async function missingSecrets(arns: readonly string[]): Promise<string[]> {
    const found = await Promise.all(arns.map((arn) => exists(secrets, arn)));
    return arns.filter((_, index) => !found[index]);
  }

  return {
    async missing(names) {
      const distinct = [...new Set(names)];
      const lookUps = [
        missingParameters(distinct.filter((name) => !isSecret(name))),
        missingSecrets(distinct.filter(isSecret)),
      ];
      return (await Promise.all(lookUps)).flat();
    },
  };
}
