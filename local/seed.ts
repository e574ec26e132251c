import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AwsConnection } from '../shared/aws/connection.ts';
import type { Config } from '../shared/config/config.ts';
import type { LocalConfig, LocalServiceConfig } from '../shared/config/local-config.ts';
import type { Ecr } from './cloud/ecr/ecr.ts';
import { readImage } from './cloud/ecr/read-image.ts';
import { splitHost } from './cloud/ecr/registries.ts';
import { StartError } from './options.ts';
import { seedLoadBalancer } from './seed-load-balancer.ts';

/** What stands ready before Batuta comes: the configuration, what exists beside it, and the doors to make it. */
export interface SeedPorts {
  aws: AwsConnection;
  ecr: Pick<Ecr, 'readAndPush'>;
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com` */
  registry: string;
  region: string;
}

/** What AWS refuses of batuta.local.yml is the user's to mend: named by its place in the file. */
async function named<Value>(place: string, make: () => Promise<Value>): Promise<Value> {
  try {
    return await make();
  } catch (cause) {
    throw new StartError(`batuta.local.yml ${place}: ${(cause as Error).message}`, { cause });
  }
}

/** Makes the clusters, parameters, secrets, images and services that batuta.yml and batuta.local.yml name. */
export async function seed(config: Config, local: LocalConfig, ports: SeedPorts): Promise<void> {
  await seedClusters(config, local, ports);
  await Promise.all([seedParameters(local, ports), seedSecrets(local, ports), seedImages(config, local, ports)]);
  await seedChannels(config, ports);
  for (const name of Object.keys(local.services))
    await named(`services.${name}`, () => seedService(name, config, local, ports));
}

async function seedClusters(config: Config, local: LocalConfig, { aws }: SeedPorts): Promise<void> {
  const ecs = new ECSClient(aws);
  const named = [...Object.values(config.services), ...Object.values(config.jobs), ...Object.values(local.services)];
  const clusters = new Set(named.flatMap(({ cluster }) => cluster ?? []));
  for (const clusterName of clusters) await ecs.send(new CreateClusterCommand({ clusterName }));
}

/** Topics and buses that channels name; those of other accounts and regions need none. */
async function seedChannels({ channels }: Config, { aws, registry, region }: SeedPorts): Promise<void> {
  const home = `${region}:${registry.split('.')[0]}:`;
  const named = (prefix: string, arns: readonly string[]) =>
    new Set(arns.flatMap((arn) => arn.split(`${home}${prefix}`)[1] ?? []));
  const all = Object.values(channels);
  const topics = named(
    '',
    all.flatMap((channel) => (channel.type === 'sns' ? channel.topic : [])),
  );
  const buses = named(
    'event-bus/',
    all.flatMap((channel) => (channel.type === 'eventbridge' ? channel.bus : [])),
  );
  buses.delete('default');
  for (const Name of topics) await new SNSClient(aws).send(new CreateTopicCommand({ Name }));
  for (const Name of buses) await new EventBridgeClient(aws).send(new CreateEventBusCommand({ Name }));
}

async function seedParameters({ parameters }: LocalConfig, { aws }: SeedPorts): Promise<void> {
  const ssm = new SSMClient(aws);
  for (const [name, { value, type }] of Object.entries(parameters))
    await named(`parameters.${name}`, () =>
      ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: type })),
    );
}

async function seedSecrets({ secrets }: LocalConfig, { aws }: SeedPorts): Promise<void> {
  const manager = new SecretsManagerClient(aws);
  for (const [name, value] of Object.entries(secrets))
    await named(`secrets.${name}`, () => manager.send(new CreateSecretCommand({ Name: name, SecretString: value })));
}

async function seedImages(config: Config, { images }: LocalConfig, { aws, ecr }: SeedPorts): Promise<void> {
  const client = new ECRClient(aws);
  const pushed = Object.entries(images).map(([image, directory]) => {
    const [, repository = image, tag] = /^(.*):([^:/]+)$/.exec(image) ?? [];
    return { repository, tag, directory };
  });
  const wanted = [...Object.values(config.services), ...Object.values(config.scheduledTasks)];
  const own = wanted.filter(({ image }) => !image.registry);
  // Who holds for a scan has one made.
  const scanned = new Set(own.filter(({ hold }) => hold.scan).map(({ image }) => image.repository));
  const names = new Set([...own.map(({ image }) => image.repository), ...pushed.map(({ repository }) => repository)]);
  // Repositories of other registries are made by the first push to them.
  for (const repositoryName of [...names].filter((name) => !splitHost(name).home))
    await named(`images, repository ${repositoryName}`, () =>
      client.send(
        new CreateRepositoryCommand({
          repositoryName,
          imageScanningConfiguration: { scanOnPush: scanned.has(repositoryName) },
        }),
      ),
    );
  for (const { repository, tag, directory } of pushed)
    await named(`images.${repository}:${tag}`, () => ecr.readAndPush(repository, tag, directory));
}

const defaultPort = 8080;

async function seedService(name: string, config: Config, local: LocalConfig, ports: SeedPorts): Promise<void> {
  const { aws, registry, region } = ports;
  const service = local.services[name] as LocalServiceConfig;
  // ECS ignores an image's own HEALTHCHECK, so what the manifest says goes into the definition.
  const { manifest } = await readImage(local.images[service.image] ?? '');
  const healthCheck = service.healthCheck ?? manifest.healthCheck;
  const configured = Object.values(config.services).find((known) => known.service === name);
  const cluster = service.cluster ?? configured?.cluster ?? Object.values(config.jobs)[0]?.cluster ?? 'default';
  const group = `/ecs/${name}`;
  await new CloudWatchLogsClient(aws).send(new CreateLogGroupCommand({ logGroupName: group }));
  const ecs = new ECSClient(aws);
  const containerPort = service.port ?? manifest.port ?? defaultPort;
  // Batuta may pass on only these roles, so that a service it deploys has one of them.
  const executionRoleArn = config.passRoles[0] ?? `arn:aws:iam::${registry.split('.')[0]}:role/ecsTaskExecutionRole`;
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(service.cpu),
      memory: String(service.memoryMiB),
      executionRoleArn,
      containerDefinitions: [
        {
          name: service.container,
          image: splitHost(service.image).home ? service.image : `${registry}/${service.image}`,
          essential: true,
          portMappings: [{ containerPort }],
          environment: Object.entries(service.environment).map(([key, value]) => ({ name: key, value })),
          ...(healthCheck ? { healthCheck } : {}),
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': name },
          },
        },
      ],
    }),
  );
  const { container: containerName, loadBalancer } = service;
  const behind = loadBalancer && {
    loadBalancers: await seedLoadBalancer(name, loadBalancer, { containerName, containerPort }, aws),
    healthCheckGracePeriodSeconds: loadBalancer.gracePeriod,
  };
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      desiredCount: service.desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-local'] } },
      ...behind,
      deploymentConfiguration: {
        minimumHealthyPercent: service.minimumHealthyPercent,
        maximumPercent: service.maximumPercent,
        deploymentCircuitBreaker: service.circuitBreaker,
      },
    }),
  );
}
