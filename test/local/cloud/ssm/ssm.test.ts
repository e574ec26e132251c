import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createSsm } from '../../../../local/cloud/ssm/ssm.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

function connect() {
  const service = createSsm({ place: testPlace(), clock: virtualClock() });
  const ssm = new SSMClient(clientConfig(createDispatcher([service])));
  const put = (Name: string, Value: string, more: object = {}) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
  return { service, ssm, put };
}

test('a parameter is read back by name, by version and by ARN', async () => {
  const { ssm, put } = connect();
  await put('/shop/db/host', 'db-1');
  expect(await put('/shop/db/host', 'db-2', { Overwrite: true })).toMatchObject({ Version: 2, Tier: 'Standard' });
  const get = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
  expect(await get('/shop/db/host')).toMatchObject({
    Value: 'db-2',
    Version: 2,
    ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/host',
  });
  expect(await get('/shop/db/host:1')).toMatchObject({ Value: 'db-1', Selector: ':1' });
  expect(await get('arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/host')).toMatchObject({ Value: 'db-2' });
});

test('an ARN of one level finds the name with or without a slash', async () => {
  const { service, put } = connect();
  await put('/one', '1');
  await put('two', '2');
  expect(service.resolve('arn:aws:ssm:us-east-1:123456789012:parameter/one')).toBe('1');
  expect(service.resolve('arn:aws:ssm:us-east-1:123456789012:parameter/two')).toBe('2');
});

test('a SecureString shows no value without decryption', async () => {
  const { service, ssm, put } = connect();
  await put('/shop/db/password', 'correct horse', { Type: 'SecureString' });
  const read = async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: '/shop/db/password', WithDecryption }))).Parameter?.Value;
  expect(await read(true)).toBe('correct horse');
  expect(await read(false)).toMatch(/^AQICAH[A-Za-z0-9+/=]{100,}$/);
  expect(service.resolve('/shop/db/password')).toBe('correct horse');
});

test("decrypting under one's own key asks for that key too, bound to the parameter", async () => {
  const { service, put } = connect();
  const own = { Type: 'SecureString', KeyId: 'arn:aws:kms:us-east-1:123456789012:key/own' };
  await put('/own', 'x', own);
  await put('/managed', 'x', { Type: 'SecureString' });
  await put('/plain', 'x');
  const asked = (input: object) => service.access?.('GetParameters', { ...input }).map(({ action }) => action);
  const Names = ['/own', '/managed', '/plain', '/none'];
  expect(asked({ Names })).toEqual(Names.map(() => 'ssm:GetParameters'));
  expect(asked({ Names, WithDecryption: true })).toEqual([...Names.map(() => 'ssm:GetParameters'), 'kms:Decrypt']);
  expect(service.access?.('GetParameter', { Name: '/own', WithDecryption: true })).toContainEqual({
    action: 'kms:Decrypt',
    resource: own.KeyId,
    context: {
      'kms:viaservice': 'ssm.us-east-1.amazonaws.com',
      'kms:encryptioncontext:parameter_arn': 'arn:aws:ssm:us-east-1:123456789012:parameter/own',
    },
  });
});

test.each([
  ['an existing name without Overwrite', '/taken', 'x', {}, 'ParameterAlreadyExists'],
  ['a value over 4 KB', '/a', 'x'.repeat(4097), {}, 'ValidationException'],
  ['an advanced value over 8 KB', '/a', 'x'.repeat(8193), { Tier: 'Advanced' }, 'ValidationException'],
  ['a path without a leading slash', 'a/b', 'x', {}, 'ValidationException'],
  ['a reserved prefix', '/aws/x', 'x', {}, 'ValidationException'],
  ['a space in the name', '/a b', 'x', {}, 'ValidationException'],
  ['an unlisted type', '/a', 'x', { Type: 'Secret' }, 'ValidationException'],
  ['a new parameter without a type', '/a', 'x', { Type: undefined }, 'ValidationException'],
  [
    'another type for an old name',
    '/taken',
    'x',
    { Type: 'SecureString', Overwrite: true },
    'HierarchyTypeMismatchException',
  ],
  ['a value off the pattern', '/a', 'x', { AllowedPattern: '\\d+' }, 'ParameterPatternMismatchException'],
  ['sixteen levels', '/a'.repeat(16), 'x', {}, 'HierarchyLevelLimitExceededException'],
])('%s is refused', async (_fact, name, value, more, code) => {
  const { put } = connect();
  await put('/taken', 'x');
  await expect(put(name, value, more)).rejects.toMatchObject({ name: code });
});

test('advanced parameters hold 8 KB', async () => {
  expect(await connect().put('/a', 'x'.repeat(8192), { Tier: 'Advanced' })).toMatchObject({ Tier: 'Advanced' });
});

test('a missing parameter and a missing version have errors of their own', async () => {
  const { ssm, put } = connect();
  await put('/here', 'x');
  await expect(ssm.send(new GetParameterCommand({ Name: '/gone' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
  await expect(ssm.send(new GetParameterCommand({ Name: '/here:7' }))).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
  });
});

test('GetParameters lists what it does not know', async () => {
  const { ssm, put } = connect();
  await put('/a', '1');
  const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['/b', '/a'] }));
  expect(Parameters?.map(({ Name }) => Name)).toEqual(['/a']);
  expect(InvalidParameters).toEqual(['/b']);
});

test('a path lists its level, or with Recursive everything below, in pages', async () => {
  const { ssm, put } = connect();
  for (const name of ['/shop/a', '/shop/b', '/shop/c/d', '/shopping/x']) await put(name, name);
  const list = async (more: object) => {
    const { Parameters, NextToken } = await ssm.send(new GetParametersByPathCommand({ Path: '/shop', ...more }));
    return { names: Parameters?.map(({ Name }) => Name), NextToken };
  };
  expect((await list({})).names).toEqual(['/shop/a', '/shop/b']);
  const first = await list({ Recursive: true, MaxResults: 2 });
  expect(first.names).toEqual(['/shop/a', '/shop/b']);
  expect(await list({ Recursive: true, MaxResults: 2, NextToken: first.NextToken })).toEqual({
    names: ['/shop/c/d'],
    NextToken: undefined,
  });
  await expect(list({ NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
});

test('deleting tells which were there, and describing shows no values', async () => {
  const { ssm, put } = connect();
  await put('/a', 'secret words', { Type: 'SecureString', Description: 'why' });
  const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
  expect(Parameters).toMatchObject([{ Name: '/a', KeyId: 'alias/aws/ssm', Description: 'why', Version: 1 }]);
  expect(JSON.stringify(Parameters)).not.toContain('secret words');
  const gone = await ssm.send(new DeleteParametersCommand({ Names: ['/a', '/b'] }));
  expect(gone).toMatchObject({ DeletedParameters: ['/a'], InvalidParameters: ['/b'] });
});

test('what a call needs from IAM is named by parameter ARN', () => {
  const { service } = connect();
  expect(service.access?.('GetParameters', { Names: ['/a/b:3', 'c'] })).toEqual([
    { action: 'ssm:GetParameters', resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/a/b' },
    { action: 'ssm:GetParameters', resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/c' },
  ]);
  expect(service.access?.('GetParametersByPath', { Path: '/a/' })).toMatchObject([
    { resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/a/' },
  ]);
});
