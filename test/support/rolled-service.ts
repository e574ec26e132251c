import {
  CreateClusterCommand,
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { virtualClock } from '../../local/clock.ts';
import type { LocalImage } from '../../local/cloud/service.ts';
import { type Behaviour, createFakeEngine, fakeImage } from './fake-engine.ts';
import { FARGATE, fargateDefinition, localEcs } from './local-ecs.ts';

/**
 * The service `api` of two tasks in the cluster `prod`, running the first of the images, five
 * seconds after its creation; `app:2` is the second image's revision, and so on.
 */
export async function service(
  behaviours: Record<string, Behaviour>,
  deploymentConfiguration?: DeploymentConfiguration,
  container: object = {},
  images: (uri: string) => LocalImage = fakeImage,
) {
  const clock = virtualClock();
  const engine = createFakeEngine(clock, ({ image }) => behaviours[image.directory.replace('/images/', '')] ?? {});
  const local = localEcs({ clock, engine, images });
  const { client } = local;
  await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  for (const image of Object.keys(behaviours))
    await client.send(new RegisterTaskDefinitionCommand(fargateDefinition(image, container)));
  await client.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'api',
      taskDefinition: 'app:1',
      desiredCount: 2,
      ...FARGATE,
      ...(deploymentConfiguration && { deploymentConfiguration }),
    }),
  );
  await clock.advance(5000);
  const describe = async () => {
    const { services } = await client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['api'] }));
    return services?.[0];
  };
  const list = async () =>
    (await client.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'api' }))).taskArns ?? [];
  const change = (input: Partial<UpdateServiceCommandInput>) =>
    client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'api', ...input }));
  const update = (taskDefinition: string) => change({ taskDefinition });
  return { ...local, clock, engine, describe, list, change, update };
}
