import type { Aws } from '../aws.ts';

const cluster = ['--cluster', 'demo'];
const running = { clusterName: 'demo', status: 'ACTIVE' };
const arn = (resource: string) => `arn:aws:ecs:us-east-1:123456789012:${resource}`;
const network = 'awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1],assignPublicIp=DISABLED}';

const definition = {
  family: 'cli-sleep',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  containerDefinitions: [
    {
      name: 'main',
      image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.0.0',
      essential: true,
      entryPoint: ['node', '-e', 'setInterval(() => {}, 1000)'],
    },
  ],
};

async function clusters(aws: Aws): Promise<void> {
  await aws.gives(['list-clusters'], { clusterArns: [arn('cluster/demo')] });
  await aws.gives(['describe-clusters', '--clusters', 'demo'], { clusters: [running], failures: [] });
  await aws.gives(['describe-clusters', '--clusters', 'nowhere'], { failures: [{ reason: 'MISSING' }] });
  const tags = ['--tags', 'key=team,value=shop'];
  await aws.gives(['create-cluster', '--cluster-name', 'cli', ...tags], { cluster: { clusterName: 'cli' } });
  const resource = ['--resource-arn', arn('cluster/cli')];
  await aws.gives(['list-tags-for-resource', ...resource], { tags: [{ key: 'team', value: 'shop' }] });
  await aws.gives(['tag-resource', ...resource, '--tags', 'key=tier,value=test'], {});
  await aws.gives(['untag-resource', ...resource, '--tag-keys', 'team'], {});
  await aws.gives(['list-tags-for-resource', ...resource], { tags: [{ key: 'tier', value: 'test' }] });
  await aws.gives(['delete-cluster', '--cluster', 'cli'], { cluster: { status: 'INACTIVE' } });
  await aws.refuses(['list-tasks', '--cluster', 'nowhere'], 'ClusterNotFoundException');
}

async function taskDefinitions(aws: Aws): Promise<void> {
  const input = ['--cli-input-json', JSON.stringify(definition)];
  const first = { taskDefinition: { family: 'cli-sleep', revision: 1, status: 'ACTIVE' } };
  await aws.gives(['register-task-definition', ...input], first);
  await aws.gives(['register-task-definition', ...input], { taskDefinition: { revision: 2 } });
  await aws.gives(['describe-task-definition', '--task-definition', 'cli-sleep:1'], first);
  const listed = { taskDefinitionArns: [arn('task-definition/cli-sleep:1'), arn('task-definition/cli-sleep:2')] };
  await aws.gives(['list-task-definitions', '--family-prefix', 'cli-sleep'], listed);
  await aws.gives(['list-task-definition-families'], { families: ['cli-sleep', 'shop-api'] });
  const gone = { taskDefinition: { status: 'INACTIVE' } };
  await aws.gives(['deregister-task-definition', '--task-definition', 'cli-sleep:1'], gone);
  await aws.refuses(['describe-task-definition', '--task-definition', 'nothing'], 'ClientException');
  const impossible = JSON.stringify({ ...definition, memory: '8192' });
  await aws.refuses(['register-task-definition', '--cli-input-json', impossible], 'ClientException');
  const emptyFamily = JSON.stringify({ ...definition, family: 'not a name!' });
  await aws.refuses(['register-task-definition', '--cli-input-json', emptyFamily], 'ClientException');
}

async function tasks(aws: Aws): Promise<void> {
  const launch = ['run-task', ...cluster, '--launch-type', 'FARGATE', '--network-configuration', network];
  const started = await aws.gives(
    [...launch, '--task-definition', 'cli-sleep', '--count', '1', '--started-by', 'awscli'],
    { tasks: [{ desiredStatus: 'RUNNING', launchType: 'FARGATE', startedBy: 'awscli' }], failures: [] },
  );
  const task = String(started.tasks?.[0]?.taskArn);
  await aws.gives(['wait', 'tasks-running', ...cluster, '--tasks', task], {});
  const here = [...cluster, '--tasks', task];
  const container = { name: 'main', lastStatus: 'RUNNING' };
  await aws.gives(['describe-tasks', ...here, '--include', 'TAGS'], {
    tasks: [{ taskArn: task, lastStatus: 'RUNNING', containers: [container] }],
  });
  await aws.gives(['list-tasks', ...cluster, '--started-by', 'awscli'], { taskArns: [task] });
  const stop = ['stop-task', ...cluster, '--task', task, '--reason', 'the CLI asks'];
  await aws.gives(stop, { task: { desiredStatus: 'STOPPED', stoppedReason: 'the CLI asks' } });
  await aws.gives(['wait', 'tasks-stopped', ...cluster, '--tasks', task], {});
  const stopped = { lastStatus: 'STOPPED', stopCode: 'UserInitiated' };
  await aws.gives(['describe-tasks', ...here], { tasks: [stopped] });
  await aws.gives(['describe-tasks', ...cluster, '--tasks', arn(`task/demo/${'0'.repeat(32)}`)], {
    failures: [{ reason: 'MISSING' }],
  });
  await aws.refuses([...launch, '--task-definition', 'nothing'], 'ClientException');
  await aws.refuses(['stop-task', ...cluster, '--task', '0'.repeat(32)], 'InvalidParameterException');
}

const onSpot = (weight: number) => ['--capacity-provider-strategy', `capacityProvider=FARGATE_SPOT,weight=${weight}`];

async function capacity(aws: Aws): Promise<void> {
  const launch = ['run-task', ...cluster, '--task-definition', 'cli-sleep', '--network-configuration', network];
  const sizes = { cpu: '512', memory: '2048', ephemeralStorage: { sizeInGiB: 30 } };
  const started = await aws.gives([...launch, ...onSpot(1), '--overrides', JSON.stringify(sizes)], {
    tasks: [{ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE', ...sizes }],
    failures: [],
  });
  await aws.gives(['stop-task', ...cluster, '--task', String(started.tasks?.[0]?.taskArn)], {});
  await aws.refuses([...launch, ...onSpot(1), '--launch-type', 'FARGATE'], 'InvalidParameterException');
  await aws.refuses([...launch, ...onSpot(1001)], 'InvalidParameterException');
  const foreign = ['--capacity-provider-strategy', 'capacityProvider=elsewhere,weight=1'];
  await aws.refuses([...launch, ...foreign], 'InvalidParameterException');
  await aws.refuses([...launch, ...onSpot(1), '--overrides', '{"memory":"4096"}'], 'InvalidParameterException');
  const old = [...launch, ...onSpot(1), '--platform-version', '0.9.0'];
  await aws.refuses(old, 'PlatformUnknownException');
}

async function services(aws: Aws): Promise<void> {
  const shop = [...cluster, '--services', 'shop-api'];
  await aws.gives(['list-services', ...cluster], { serviceArns: [arn('service/demo/shop-api')] });
  await aws.gives(['wait', 'services-stable', ...shop], {});
  await aws.gives(['describe-services', ...shop], {
    services: [{ serviceName: 'shop-api', status: 'ACTIVE', desiredCount: 2, runningCount: 2 }],
  });
  const create = ['create-service', ...cluster, '--service-name', 'cli', '--task-definition', 'cli-sleep'];
  const more = ['--desired-count', '1', '--launch-type', 'FARGATE', '--network-configuration', network];
  await aws.gives([...create, ...more], { service: { serviceName: 'cli', status: 'ACTIVE', desiredCount: 1 } });
  await aws.refuses([...create, ...more], 'InvalidParameterException');
  await aws.gives(['wait', 'services-stable', ...cluster, '--services', 'cli'], {});
  await aws.gives(['list-tasks', ...cluster, '--service-name', 'cli'], { taskArns: [/:task\/demo\/[0-9a-f]{32}$/] });
  const update = ['update-service', ...cluster, '--service', 'cli', '--desired-count', '0'];
  await aws.gives(update, { service: { desiredCount: 0 } });
  await aws.gives(['delete-service', ...cluster, '--service', 'cli', '--force'], { service: { serviceName: 'cli' } });
  await aws.gives(['describe-services', ...cluster, '--services', 'nothing'], { failures: [{ reason: 'MISSING' }] });
  await aws.refuses(['update-service', ...cluster, '--service', 'nothing'], 'ServiceNotFoundException');
}

export async function ecs(aws: Aws): Promise<void> {
  await clusters(aws);
  await taskDefinitions(aws);
  await tasks(aws);
  await capacity(aws);
  await services(aws);
}
