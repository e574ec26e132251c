import { fileURLToPath } from 'node:url';
import { DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { openShop, type Shop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/channels/batuta.yml', import.meta.url));

async function failingRun(shop: Shop): Promise<void> {
  await shop.api('POST', '/api/jobs/plain/runs', { body: {} });
  await shop.pass(60);
}

const open = () => openShop({ configFile, service: false, behave: () => ({ runMs: 1000, exitCode: 3 }) });

test('topics and buses, also of other regions and accounts, get the news once, by rights of their own', async () => {
  const shop = await open();
  await failingRun(shop);
  const failed = shop.told.filter(({ body }) => JSON.stringify(body).includes('plain failed'));
  expect(failed.map(({ channel }) => channel).sort()).toEqual(['bus', 'far-bus', 'far-mail', 'mail']);
  const bodyOf = (name: string) => failed.find(({ channel }) => channel === name)?.body;
  expect(bodyOf('far-mail')).toMatchObject({
    subject: expect.stringMatching(/^Error: plain failed/),
    message: {
      email: expect.stringContaining('Why: '),
      sms: expect.stringMatching(/^Error: plain failed.*Why: /),
    },
  });
  expect(bodyOf('far-bus')).toMatchObject({
    source: 'batuta',
    'detail-type': 'Batuta Notification',
    detail: { kind: 'run-failed', severity: 'error', subject: 'plain', id: expect.stringMatching(/failed/) },
  });
  expect(shop.errors).toEqual([]);
  await shop.close();
});

test('a topic that is gone is told to be so, and the others get the news all the same', async () => {
  const shop = await open();
  await new SNSClient(shop.aws).send(new DeleteTopicCommand({ TopicArn: 'arn:aws:sns:us-east-1:123456789012:news' }));
  await failingRun(shop);
  const heard = new Set(shop.told.map(({ channel }) => channel));
  expect([...heard].sort()).toEqual(['bus', 'far-bus', 'far-mail']);
  const refusal = shop.log.find(({ fields }) => `${fields.why}`.includes('SNS answered'));
  expect(refusal?.fields).toMatchObject({ why: 'SNS answered NotFound: there is no such topic' });
  await shop.close();
});
