import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import { type Deployment, terminalDeploymentStates } from '../../shared/deploy/deployment.ts';
import { FARGATE, fargateDefinition } from './local-ecs.ts';
import { nameOfImage, openShop, type ShopOptions } from './shop.ts';

/** A revision of shop-api that somebody else might register, with these things different. */
export const aRevision = (container: object = {}, rest: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
  fargateDefinition(
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.0.0',
    { name: 'api', ...container },
    { family: 'shop-api', executionRoleArn, ...rest },
  );
export const executionRoleArn = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
export const inProd = { cluster: 'prod', service: 'shop-api' };

/** Makes shop-api of a container `api` in one's own way. */
export const createdWith =
  (container: object, service: Partial<CreateServiceCommandInput> = {}): NonNullable<ShopOptions['create']> =>
  async (aws, image) => {
    const ecs = new ECSClient(aws);
    const definition = { family: 'shop-api', executionRoleArn };
    await ecs.send(
      new RegisterTaskDefinitionCommand(fargateDefinition(image, { name: 'api', ...container }, definition)),
    );
    const placed = { cluster: 'prod', serviceName: 'shop-api', taskDefinition: 'shop-api', desiredCount: 2 };
    await ecs.send(new CreateServiceCommand({ ...placed, ...FARGATE, ...service }));
  };
/** With a health check, which images named `…-sick` fail a minute after their start. */
export const createChecked = createdWith({ healthCheck: { command: ['CMD', 'true'] } });
export const sickening: NonNullable<ShopOptions['behave']> = (spec) =>
  nameOfImage(spec).endsWith('-sick') ? { unhealthyAfterMs: 60_000 } : { healthyAfterMs: 300 };

/** Images named `…-crash` die 300 ms after their start. */
const crashing: NonNullable<ShopOptions['behave']> = (spec) =>
  nameOfImage(spec).endsWith('-crash') ? { runMs: 300, exitCode: 1 } : {};

/** The functions that carry a deployment from its push to its end. */
const carriers = ['deploy-on-image-push', 'follow-deployment', 'follow-task', 'sweep'];
/** As AWS says it. */
export const refusalOf = (action: string) =>
  new RegExp(`not authorized to perform: ${action} on resource: (arn:aws:|\\*)`);

async function emptied(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const ten = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(ten));
    if (Messages.length === 0) return said;
    for (const { ReceiptHandle, MessageAttributes } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      said.push(MessageAttributes?.ErrorMessage?.StringValue ?? '');
    }
  }
}

/** The shop, with what a test of deployments looks at: records, the service as it is, what was told and given up. */
export async function openShipShop({ delivery, intercept, ...options }: ShopOptions = {}) {
  const events: EventEnvelope[] = [];
  const sent: { operation: string; body: Record<string, unknown> }[] = [];
  const shop = await openShop({
    behave: crashing,
    ...options,
    delivery(event, deliver) {
      events.push(event);
      if (delivery) delivery(event, deliver);
      else deliver();
    },
    intercept(request) {
      const { headers, body } = request;
      const [target, operation = ''] = headers['x-amz-target']?.split('.') ?? [];
      const isOurs = headers.authorization?.includes('Credential=batuta-');
      if (isOurs && target?.startsWith('AmazonEC2ContainerService')) sent.push({ operation, body: JSON.parse(body) });
      return intercept?.(request);
    },
  });
  const [ecs, ecr, sqs, dynamo] = [ECSClient, ECRClient, SQSClient, DynamoDBClient].map(
    (Client) => new Client(shop.aws),
  ) as [ECSClient, ECRClient, SQSClient, DynamoDBClient];
  const tableName = shop.stack.functions['serve-api']?.environment.TABLE_NAME;

  async function live() {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
    const service = services?.[0];
    const { taskDefinition, tags = [] } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition, include: ['TAGS'] }),
    );
    return { service, definition: taskDefinition, tags };
  }
  /** Every deployment that the table holds, of whatever service, oldest first. */
  async function deployments(): Promise<Deployment[]> {
    const found: Deployment[] = [];
    for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: tableName }))
      for (const item of Items) {
        const { sk, value } = unmarshall(item);
        if (sk === 'deployment') found.push(value as Deployment);
      }
    return found.sort((a, b) => a.createdAt - b.createdAt);
  }
  return {
    ...shop,
    ecs,
    live,
    deployments,
    /** The newest of this tag. */
    deployment: async (tag: string) => (await deployments()).findLast(({ image }) => image.tag === tag),
    /** Those without a terminal state: none must be left. */
    unended: async () =>
      (await deployments())
        .filter(({ state }) => !terminalDeploymentStates.has(state))
        .map(({ id, state }) => ({ id, state })),
    register: async (input: RegisterTaskDefinitionCommandInput) =>
      (await ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition?.taskDefinitionArn ?? '',
    deleteImages: (...tags: string[]) =>
      ecr.send(
        new BatchDeleteImageCommand({ repositoryName: 'shop/api', imageIds: tags.map((imageTag) => ({ imageTag })) }),
      ),
    /** An event of ECS about the service, at the function that EventBridge would give it to. */
    tell: (type: string, detail: object, name = 'follow-deployment') =>
      shop.invoke(name, {
        source: 'aws.ecs',
        'detail-type': type,
        account: '123456789012',
        region: 'us-east-1',
        resources: ['arn:aws:ecs:us-east-1:123456789012:service/prod/shop-api'],
        detail,
      }),
    /** Takes the right to this action from the functions that carry deployments; the answer gives it back. */
    forbid(action: string): () => void {
      const denial = { Effect: 'Deny' as const, Action: [action], Resource: ['*'] };
      const policies = carriers.map((name) => {
        const role = shop.stack.roles[shop.stack.functions[name]?.roleName ?? ''];
        if (!role) throw new Error(`serverless.yml has no role for ${name}`);
        return role.statements as object[];
      });
      for (const statements of policies) statements.push(denial);
      return () => {
        for (const statements of policies) statements.pop();
      };
    },
    /** What our functions sent to ECS. */
    sent: (operation: string) => sent.flatMap((call) => (call.operation === operation ? [call.body] : [])),
    /** Those that came to one of our rules, once for each. */
    ecsEvents: (type: string) => events.filter((event) => event['detail-type'] === type),
    /** What ECS still knows of the tasks that stopped. */
    stoppedTasks: async () =>
      (await ecs.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'shop-api', desiredStatus: 'STOPPED' })))
        .taskArns,
    /** What was given up since the last look: the errors of the letters in the functions' dead-letter queues. */
    async deadLetters(): Promise<string[]> {
      const queues = new Set(Object.values(shop.stack.functions).flatMap(({ deadLetterArn }) => deadLetterArn ?? []));
      const urls = [...queues].map(
        (arn) => `https://sqs.us-east-1.amazonaws.com/123456789012/${arn.split(':').at(-1)}`,
      );
      return (await Promise.all(urls.map((url) => emptied(sqs, url)))).flat();
    },
    /** Pushes it, and sees it succeed. */
    async roll(version: string): Promise<void> {
      await shop.push(version);
      await shop.pass(60);
      const { state } = (await deployments()).findLast(({ image }) => image.tag === version) ?? {};
      if (state !== 'succeeded') throw new Error(`${version} is ${state}: ${JSON.stringify(shop.log.slice(-5))}`);
    },
    operations: (from = 0) => shop.calls.slice(from).map((call) => call.split(' ').at(-1) ?? ''),
    titles: () => shop.hooks.map(({ body }) => body.data.title),
    told: () => shop.hooks.map(({ body }) => body.data.text).join('\n'),
  };
}
export type ShipShop = Awaited<ReturnType<typeof openShipShop>>;

/** What the service runs: the tag of our revision, how many tasks, and how its rollouts stand. */
export async function isNow(shop: Pick<ShipShop, 'live'>) {
  const { service, tags } = await shop.live();
  return {
    tag: tags.find(({ key }) => key === 'batuta:tag')?.value,
    running: service?.runningCount,
    rollouts: service?.deployments?.map(({ rolloutState }) => rolloutState),
  };
}
