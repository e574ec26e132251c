import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createSecretsManager } from '../../../local/cloud/secretsmanager/secretsmanager.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import { secretNames } from '../../../shared/aws/secret-names.ts';
import { countingPlace } from '../../support/local-ecs.ts';
import { clientConfig } from '../../support/sdk.ts';

const absent = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:absent-AbCdEf';

async function world() {
  const [clock, place] = [virtualClock(), countingPlace()];
  const calls: { operation: string; input: unknown }[] = [];
  const dispatcher = createDispatcher([createSsm({ place, clock }), createSecretsManager({ place, clock })], {
    before: (_service, operation, input) => void calls.push({ operation, input }),
  });
  const config = clientConfig(dispatcher);
  const hosts: string[] = [];
  const requestHandler = {
    handle(request: Parameters<typeof config.requestHandler.handle>[0] & { hostname?: string }) {
      hosts.push(request.hostname ?? '');
      return config.requestHandler.handle(request);
    },
  };
  const aws = { ...config, requestHandler };
  await new SSMClient(aws).send(new PutParameterCommand({ Name: '/there', Value: 'hunter2', Type: 'SecureString' }));
  const made = await new SecretsManagerClient(aws).send(new CreateSecretCommand({ Name: 'db', SecretString: '{}' }));
  calls.length = 0;
  hosts.length = 0;
  return { aws, hosts, secretArn: made.ARN ?? '', calls, names: secretNames(aws) };
}

test('those that do not exist are named', async () => {
  const { names, secretArn } = await world();
  expect(await names.missing(['/there', '/absent', secretArn, absent])).toEqual(['/absent', absent]);
});

test('a JSON key, version stage and version id behind a secret ARN are for ECS, not for the look-up', async () => {
  const { names, secretArn } = await world();
  expect(await names.missing([`${secretArn}:password::`])).toEqual([]);
});

test('values are never asked for, and a name is asked for once', async () => {
  const { names, calls } = await world();
  await names.missing(['/there', '/there']);
  expect(calls).toEqual([{ operation: 'GetParameters', input: { Names: ['/there'], WithDecryption: false } }]);
});

test('an ARN of another region is looked up there, as ECS does', async () => {
  const { names, hosts } = await world();
  const there = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
  await names.missing(['/there', there('ssm', 'parameter/there'), there('secretsmanager', 'secret:db-AbCdEf')]);
  expect(hosts).toEqual([
    'ssm.us-east-1.amazonaws.com',
    'ssm.eu-west-1.amazonaws.com',
    'secretsmanager.eu-west-1.amazonaws.com',
  ]);
});

test('a secret that is marked for deletion can be read no more, so it is missing', async () => {
  const { names, aws, secretArn } = await world();
  await new SecretsManagerClient(aws).send(new DeleteSecretCommand({ SecretId: secretArn }));
  expect(await names.missing([secretArn])).toEqual([secretArn]);
});
