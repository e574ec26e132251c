import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createSecretsManager } from '../../../../local/cloud/secretsmanager/secretsmanager.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

async function connect(SecretString = '{"password":"correct horse","port":5432}') {
  const service = createSecretsManager({ place: testPlace(), clock: virtualClock() });
  const client = new SecretsManagerClient(clientConfig(createDispatcher([service])));
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'shop/db', SecretString }));
  const get = (more: object) => client.send(new GetSecretValueCommand({ SecretId: 'shop/db', ...more }));
  return { service, client, arn: ARN, get };
}

test('a secret is found by name, ARN and ARN without its suffix', async () => {
  const { arn, get } = await connect('x');
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:shop\/db-[A-Za-z0-9]{6}$/);
  for (const SecretId of ['shop/db', arn, arn.slice(0, -7)])
    expect(await get({ SecretId })).toMatchObject({ SecretString: 'x', VersionStages: ['AWSCURRENT'] });
});

test('a new value becomes current and the old one stays as the previous', async () => {
  const { client, get } = await connect('old');
  await client.send(new PutSecretValueCommand({ SecretId: 'shop/db', SecretString: 'new' }));
  expect(await get({})).toMatchObject({ SecretString: 'new' });
  const before = await get({ VersionStage: 'AWSPREVIOUS' });
  expect(before.SecretString).toBe('old');
  expect(await get({ VersionId: before.VersionId })).toMatchObject({ SecretString: 'old' });
  await expect(get({ VersionStage: 'NONE' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: /staging label: NONE/,
  });
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: 'shop/db' }));
  expect(Object.values(VersionIdsToStages).sort()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
});

test('bytes come back as they went in', async () => {
  const { client, get } = await connect();
  const SecretBinary = new Uint8Array([0, 255, 1]);
  await client.send(new PutSecretValueCommand({ SecretId: 'shop/db', SecretBinary }));
  expect((await get({})).SecretBinary).toEqual(SecretBinary);
});

test('a deleted secret is refused, a force-deleted one is gone', async () => {
  const { client, get } = await connect();
  await client.send(new DeleteSecretCommand({ SecretId: 'shop/db' }));
  await expect(get({})).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await client.send(new DeleteSecretCommand({ SecretId: 'shop/db', ForceDeleteWithoutRecovery: true }));
  await expect(get({})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await client.send(new CreateSecretCommand({ Name: 'shop/db', SecretString: 'again' }));
  await expect(client.send(new CreateSecretCommand({ Name: 'shop/db' }))).rejects.toMatchObject({
    name: 'ResourceExistsException',
  });
});

test('ECS’s long ARN picks a key, a stage and a version', async () => {
  const { service, client, arn } = await connect();
  const SecretString = '{"password":"battery staple"}';
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  expect(service.resolve(arn)).toBe(SecretString);
  expect(service.resolve(`${arn}:password::`)).toBe('battery staple');
  expect(service.resolve(`${arn}:password:AWSPREVIOUS:`)).toBe('correct horse');
  expect(service.resolve(`${arn}:port:AWSPREVIOUS:`)).toBe('5432');
  expect(service.resolve(`${arn}:password::${VersionId}`)).toBe('battery staple');
});

test('what cannot be resolved names the key and shows no value', async () => {
  const { service, arn } = await connect();
  expect(() => service.resolve(`${arn}:user::`)).toThrow('did not contain json key user');
  const plain = await connect('correct horse');
  expect(() => plain.service.resolve(`${plain.arn}:user::`)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('correct') }),
  );
});

test('a value that is too long is refused without showing it', async () => {
  await expect(connect('correct horse '.repeat(5000))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.not.stringContaining('correct'),
  });
});

test('IAM sees the full ARN', async () => {
  const { service, arn } = await connect();
  expect(service.access?.('GetSecretValue', { SecretId: 'shop/db' })).toEqual([
    { action: 'secretsmanager:GetSecretValue', resource: arn },
  ]);
});
