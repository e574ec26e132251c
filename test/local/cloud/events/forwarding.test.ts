import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/clock.ts';
import { createDispatcher } from '../../../../local/cloud/dispatcher.ts';
import { createEvents } from '../../../../local/cloud/events/events.ts';
import { testPlace } from '../../../support/place.ts';
import { clientConfig } from '../../../support/sdk.ts';

const theirs = { account: '222222222222', region: 'eu-west-1' };
const pushThere = { source: 'aws.ecr', 'detail-type': 'ECR Image Action', resources: [], detail: {}, from: theirs };

async function setUp() {
  const clock = virtualClock();
  const invoked: unknown[] = [];
  const events = createEvents({
    place: testPlace(),
    clock,
    invoke: (_arn, payload) => void invoked.push(payload),
    deadLetter: () => {},
  });
  const client = new EventBridgeClient(clientConfig(createDispatcher([events])));
  await client.send(new PutRuleCommand({ Name: 'pushes', EventPattern: '{"source":["aws.ecr"]}' }));
  const Arn = 'arn:aws:lambda:us-east-1:123456789012:function:deploy';
  await client.send(new PutTargetsCommand({ Rule: 'pushes', Targets: [{ Id: '1', Arn }] }));
  return { clock, invoked, events };
}

test('an event of another account or region comes only where a rule there forwards it', async () => {
  const { clock, invoked, events } = await setUp();
  events.emit(pushThere);
  events.emit({ ...pushThere, from: { account: '123456789012', region: 'eu-west-1' } });
  await clock.advance(0);
  expect(invoked).toEqual([]);
  events.forwardFrom(theirs);
  events.emit(pushThere);
  await clock.advance(0);
  expect(invoked).toMatchObject([theirs]);
});

test('an event of the own account and region needs no forwarding', async () => {
  const { clock, invoked, events } = await setUp();
  events.emit({ ...pushThere, from: { account: '123456789012', region: 'us-east-1' } });
  await clock.advance(0);
  expect(invoked).toHaveLength(1);
});
