import { join } from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Benchmark } from './benchmark.ts';
import { isCheck, mostChecks } from './support/check-calls.ts';
import { type CountedSystem, countTo, startCounted } from './support/counted-system.ts';
import { root } from './support/paths.ts';
import { sure } from './support/sure.ts';

const place = { cluster: 'bench', service: 'shop-api' };
const counts = ['ecs', 'ecr'];

async function serviceOf(ecs: ECSClient) {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: place.cluster, services: [place.service] }),
  );
  return services[0];
}

/** One deployment, the service steady before it: its calls, those of checks counted by themselves. */
async function deploymentCallsOf({ system, reset, calls }: CountedSystem, tag: string) {
  const ecs = new ECSClient(system.aws);
  const isSteady = async () => {
    const { deployments = [] } = (await serviceOf(ecs)) ?? {};
    return (deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED') || undefined;
  };
  await sure('a steady service', isSteady);
  reset();
  await system.cloud.ecr.readAndPush('shop/api', tag, join(root, `examples/shop-api-${tag}`));
  const count = () => {
    const made = calls().filter(({ byFunction }) => byFunction);
    const all = countTo(made, counts, 'UpdateService');
    const withoutChecks = made.filter(({ operation }) => !isCheck(operation));
    const value = countTo(withoutChecks, counts, 'UpdateService');
    return all === undefined || value === undefined ? undefined : { value, checks: all - value };
  };
  return sure(`UpdateService for ${tag}`, count);
}

/** The same by hand: what a script calls that puts one image into a service. */
async function byHand({ system, reset, calls }: CountedSystem): Promise<number> {
  const ecs = new ECSClient(system.aws);
  reset();
  const { taskDefinition: current } = (await serviceOf(ecs)) ?? {};
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: current }));
  const { family, containerDefinitions, cpu, memory, networkMode, executionRoleArn } = taskDefinition ?? {};
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions, cpu, memory, networkMode, executionRoleArn }),
  );
  await ecs.send(
    new UpdateServiceCommand({ ...place, taskDefinition: registered.taskDefinition?.taskDefinitionArn ?? '' }),
  );
  const made = calls().filter(({ byFunction }) => !byFunction);
  return countTo(made, counts, 'UpdateService') ?? 0;
}

/** ECS and ECR calls of Batuta's functions from the push up to UpdateService and with it. */
export const deploymentCalls: Benchmark = {
  name: 'deployment-calls',
  async measure() {
    const counted = await startCounted();
    try {
      const { value, checks } = await deploymentCallsOf(counted, '1.1.0');
      const shared = { unit: 'calls', baseline: await byHand(counted), limits: 'value' } as const;
      return [
        { name: 'deployment-calls', value, ...shared, limit: 5 },
        { name: 'deployment-calls/checks', value: checks, ...shared, limit: mostChecks },
      ];
    } finally {
      await counted.system.close();
    }
  },
};
