import * as schedulerModel from '@aws-sdk/client-scheduler';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { type Around, createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { type Access, AwsError, type Service } from '../../../local/cloud/service.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import { testPlace } from '../../support/place.ts';
import { clientConfig } from '../../support/sdk.ts';

const ssm = () => createSsm({ place: testPlace(), clock: virtualClock() });

async function send(target: string, body: string, services: Service[] = [ssm()], around: Around = {}) {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const answer = await createDispatcher(services, around).handle({ method: 'POST', path: '/', headers, body });
  return { ...answer, document: JSON.parse(answer.body) as Record<string, unknown> };
}

test.each([
  ['an unknown service', 'AmazonFly.GetParameter', '{}', 'UnknownOperationException', /AmazonFly/],
  ['an unknown operation', 'AmazonSSM.Fly', '{}', 'UnknownOperationException', /Fly/],
  ['an operation that is not local', 'AmazonSSM.SendCommand', '{}', 'UnknownOperationException', /local\/cloud\/ssm/],
  ['no JSON', 'AmazonSSM.GetParameter', '{', 'SerializationException', /not JSON/],
  ['a wrong type', 'AmazonSSM.GetParameter', '{"Name":1}', 'SerializationException', /Name: expected a string/],
  ['a wrong type in a list', 'AmazonSSM.GetParameters', '{"Names":[1]}', 'SerializationException', /Names\[0\]/],
  ['a missing member', 'AmazonSSM.GetParameter', '{}', 'ValidationException', /'Name'.*not be null/],
  [
    'a list too long',
    'AmazonSSM.GetParameters',
    `{"Names":[${'"a",'.repeat(10)}"a"]}`,
    'ValidationException',
    /'Names'.*length less than or equal to 10/,
  ],
  ['an item too short', 'AmazonSSM.GetParameters', '{"Names":["a",""]}', 'ValidationException', /'Names\[1\]'/],
  [
    'a value off the enum',
    'AmazonSSM.PutParameter',
    '{"Name":"a","Value":"x","Tier":"Gold"}',
    'ValidationException',
    /enum value set: \[Standard/,
  ],
  [
    'a number too large',
    'AmazonSSM.GetParametersByPath',
    '{"Path":"/","MaxResults":11}',
    'ValidationException',
    /value less than or equal to 10/,
  ],
])('%s is answered in AWS’s shape', async (_fact, target, body, code, message) => {
  const { status, headers, document } = await send(target, body);
  expect({ status, code: headers['x-amzn-errortype'] }).toEqual({ status: 400, code });
  expect(document).toEqual({ __type: code, message: expect.stringMatching(message) });
});

test('a fault of the local cloud itself is an InternalFailure', async () => {
  const broken = { ...ssm(), operations: { GetParameter: () => JSON.parse('oops') } };
  const { status, document } = await send('AmazonSSM.GetParameter', '{"Name":"a"}', [broken]);
  expect({ status, type: document.__type }).toEqual({ status: 500, type: 'InternalFailure' });
});

test('a call is authorized with the caller’s key before anything happens', async () => {
  const asked: { key: string; accesses: Access[] }[] = [];
  const around: Around = {
    authorize({ accessKeyId }, accesses) {
      asked.push({ key: accessKeyId, accesses });
      throw new AwsError('AccessDeniedException', `User: ${accessKeyId} is not authorized`);
    },
  };
  const service = ssm();
  const client = new SSMClient(clientConfig(createDispatcher([service], around), 'launch-runs'));
  await expect(client.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'User: launch-runs is not authorized',
  });
  expect(asked).toEqual([
    {
      key: 'launch-runs',
      accesses: [{ action: 'ssm:PutParameter', resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/a' }],
    },
  ]);
  expect(service.resolve('/a')).toBeUndefined();
});

test('REST JSON finds the operation by its route and reads the query string by type', async () => {
  const inputs: unknown[] = [];
  const scheduler: Service = {
    name: 'scheduler',
    model: schedulerModel,
    protocol: 'rest-json',
    invalidInput: 'ValidationException',
    operations: {
      ListSchedules(input: object) {
        inputs.push(input);
        return { Schedules: [{ Name: 'a', CreationDate: new Date(0) }] };
      },
    },
  };
  const client = new SchedulerClient(clientConfig(createDispatcher([scheduler])));
  const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: 'batuta', MaxResults: 7 }));
  expect(inputs).toEqual([{ GroupName: 'batuta', MaxResults: 7 }]);
  expect(Schedules).toEqual([{ Name: 'a', CreationDate: new Date(0) }]);
  const lost = { method: 'GET', path: '/nowhere', headers: {}, body: '' };
  expect(await createDispatcher([scheduler]).handle(lost)).toMatchObject({ status: 404 });
});
