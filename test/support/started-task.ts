import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { virtualClock } from '../../local/clock.ts';
import type { EcsPorts } from '../../local/cloud/ecs/ports.ts';
import type { ContainerSpec } from '../../local/cloud/service.ts';
import { type Behaviour, createFakeEngine } from './fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from './local-ecs.ts';

/** One task of one container `app` in the cluster `prod`, launched on a clock that stands still. */
export async function started(
  behaviour: Behaviour | ((spec: ContainerSpec) => Behaviour),
  container: object = {},
  rest: object = {},
  ports: Partial<EcsPorts> = {},
) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, typeof behaviour === 'function' ? behaviour : () => behaviour);
  const local = localEcs({ clock, engine, ports });
  await local.client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await local.client.send(new RegisterTaskDefinitionCommand(fargateDefinition('app:1', container, rest)));
  const run = () => local.client.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'app', ...FARGATE }));
  const { tasks } = await run();
  const taskArn = tasks?.[0]?.taskArn ?? '';
  const describe = async () => {
    const { tasks: found } = await local.client.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [taskArn] }));
    return found?.[0];
  };
  return { ...local, clock, engine, taskArn, describe };
}

/** The log configuration of its container, where a test wants one. */
export const LOGS = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/app', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' },
  },
};
