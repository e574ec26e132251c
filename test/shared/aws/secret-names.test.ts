import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
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
  const aws = clientConfig(dispatcher);
  await new SSMClient(aws).send(new PutParameterCommand({ Name: '/there', Value: 'hunter2', Type: 'SecureString' }));
  const made = await new SecretsManagerClient(aws).send(new CreateSecretCommand({ Name: 'db', SecretString: '{}' }));
  calls.length = 0;
  return { secretArn: made.ARN ?? '', calls, names: secretNames(aws) };
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
