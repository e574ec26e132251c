import { fileURLToPath } from 'node:url';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { FARGATE, fargateDefinition } from '../support/local-ecs.ts';
import { scheduledTasks } from '../support/scheduled-tasks.ts';
import { openShop, type Shop } from '../support/shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/all-kinds/batuta.yml', import.meta.url));
const ours = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const theirs = '999999999999.dkr.ecr.eu-west-1.amazonaws.com';
let shop: Shop;
let sidecar: string;
afterEach(() => shop.close());

/** The service partner runs partner/web of the other registry, beside a sidecar of the same repository of ours. */
async function open(forwarded: boolean): Promise<void> {
  shop = await openShop({ configFile, behave: () => ({}) });
  if (forwarded) shop.cloud.events.forwardFrom({ account: '999999999999', region: 'eu-west-1' });
  await shop.pushImage(`${theirs}/partner/web`, 'main-1');
  sidecar = `${ours}/partner/web@${(await shop.pushImage('partner/web', 'mesh')).digest}`;
  await shop.pass(5);
  const ecs = new ECSClient(shop.aws);
  const role = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
  const definition = fargateDefinition(
    `${theirs}/partner/web:main-1`,
    {},
    { executionRoleArn: role, taskRoleArn: role },
  );
  const containerDefinitions = [
    ...(definition.containerDefinitions ?? []),
    { name: 'mesh', image: sidecar, essential: false },
  ];
  await ecs.send(new RegisterTaskDefinitionCommand({ ...definition, family: 'partner', containerDefinitions }));
  const service = { cluster: 'prod', serviceName: 'partner', taskDefinition: 'partner', desiredCount: 1, ...FARGATE };
  await ecs.send(new CreateServiceCommand(service));
  await shop.pass(70);
}

async function runs(): Promise<string[]> {
  const found = await new ECSClient(shop.aws).send(
    new DescribeServicesCommand({ cluster: 'prod', services: ['partner'] }),
  );
  return scheduledTasks(shop.aws).imagesOf(found.services?.[0]?.taskDefinition);
}

test.each([
  ['by their event, where a rule there forwards it', true, 10],
  ['by the sweep, where no event comes', false, 75],
])('a push to another account and region is found %s', async (_how, forwarded, seconds) => {
  await open(forwarded);
  expect(await runs()).toEqual([`${theirs}/partner/web:main-1`, sidecar]);
  const { digest } = await shop.pushImage(`${theirs}/partner/web`, 'main-2');
  await shop.pass(seconds);
  expect(await runs()).toEqual([`${theirs}/partner/web@${digest}`, sidecar]);
  await shop.pass(90);
  expect(shop.hooks.map(({ body }) => body.data.title)).toContain('partner main-2 is deployed');
});

test('the same repository and tag of our own registry, and an excluded tag of theirs, deploy nothing', async () => {
  await open(true);
  await shop.pushImage('partner/web', 'main-2');
  await shop.pushImage(`${theirs}/partner/web`, 'main-3-debug');
  await shop.pass(130);
  expect(await runs()).toEqual([`${theirs}/partner/web:main-1`, sidecar]);
});
