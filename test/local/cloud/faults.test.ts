import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { compose, createFaults, type FaultRule } from '../../../local/cloud/faults.ts';
import { startCloudServer } from '../../../local/cloud/server.ts';
import { createSsm } from '../../../local/cloud/ssm/ssm.ts';
import { testPlace } from '../../support/place.ts';
import { clientConfig } from '../../support/sdk.ts';

function connect(...rules: FaultRule[]) {
  const faults = createFaults(rules);
  const service = createSsm({ place: testPlace(), clock: virtualClock() });
  const dispatcher = createDispatcher([service], faults);
  const ssm = new SSMClient(clientConfig(dispatcher));
  const put = (client = ssm) =>
    client.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String', Overwrite: true }));
  return { faults, service, dispatcher, ssm, put };
}

const ssmPut = { service: 'ssm', operation: 'PutParameter' };

test.each([
  ['throttle', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
  ['error', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
  ['timeout', { name: 'DroppedConnection', code: 'ECONNRESET' }],
] as const)('after a %s nothing happened', async (kind, shown) => {
  const { service, put } = connect({ ...ssmPut, kind });
  await expect(put()).rejects.toMatchObject(shown);
  expect(service.resolve('/a')).toBeUndefined();
});

test('a lost answer comes after the effect: as a dropped connection, or as an error where a status is given', async () => {
  const dropped = connect({ ...ssmPut, kind: 'lost-answer' });
  await expect(dropped.put()).rejects.toMatchObject({ name: 'DroppedConnection' });
  expect(dropped.service.resolve('/a')).toBe('x');
  const refused = connect({ ...ssmPut, kind: 'lost-answer', status: 503, code: 'ServiceUnavailable' });
  await expect(refused.put()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  expect(refused.service.resolve('/a')).toBe('x');
});

test('only calls that match have the fault, from the nth on and as often as said', async () => {
  const { put, ssm } = connect({ ...ssmPut, kind: 'error', nth: 2, times: 2 });
  const outcomes = await Promise.allSettled([put(), put(), put(), put()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  await ssm.send(new GetParameterCommand({ Name: '/a' }));
});

test('nth alone is one call, times alone the first ones, and a rule can be added later', async () => {
  const { faults, put } = connect(
    { ...ssmPut, kind: 'error', nth: 3 },
    { service: '*', operation: '*', kind: 'error', times: 1 },
  );
  const statuses = async (count: number) => {
    const outcomes = [];
    for (let call = 0; call < count; call++) outcomes.push((await Promise.allSettled([put()]))[0]?.status);
    return outcomes;
  };
  expect(await statuses(4)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  faults.add({ ...ssmPut, kind: 'throttle', code: 'TooManyUpdates' });
  await expect(put()).rejects.toMatchObject({ name: 'TooManyUpdates' });
});

test('the SDK retries a dropped connection over a socket, and the effect is there once more', async () => {
  const { dispatcher, put } = connect({ ...ssmPut, kind: 'lost-answer', nth: 1 });
  const server = await startCloudServer({ dispatcher, port: 0 });
  const client = new SSMClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'role', secretAccessKey: 'x' },
  });
  expect(await put(client)).toMatchObject({ Version: 2 });
  client.destroy();
  await server.close();
});

test('composed pieces run in their order, and the first that throws ends the call', async () => {
  const seen: string[] = [];
  const piece = (name: string) => ({
    authorize: () => void seen.push(`${name} authorize`),
    before: () => void seen.push(`${name} before`),
    after: () => void seen.push(`${name} after`),
  });
  const service = createSsm({ place: testPlace(), clock: virtualClock() });
  const faults = createFaults([{ ...ssmPut, kind: 'error', nth: 2 }]);
  const ssm = new SSMClient(clientConfig(createDispatcher([service], compose(piece('a'), faults, piece('b')))));
  const put = () => ssm.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String', Overwrite: true }));
  await put();
  expect(seen).toEqual(['a authorize', 'b authorize', 'a before', 'b before', 'a after', 'b after']);
  seen.length = 0;
  await expect(put()).rejects.toThrow();
  expect(seen).toEqual(['a authorize', 'b authorize', 'a before']);
});
