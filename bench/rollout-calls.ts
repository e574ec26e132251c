import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Benchmark } from './benchmark.ts';
import { isCheck } from './support/check-calls.ts';
import { virtualFleet } from './support/virtual-fleet.ts';

const tasks = 4;
const limit = 12;
/** DescribeServices, DescribeTaskDefinition, RegisterTaskDefinition, UpdateService. */
const callsByHand = 4;
/** `aws ecs wait services-stable` looks every 15 s. */
const waitS = 15;

type Fleet = Awaited<ReturnType<Awaited<ReturnType<typeof virtualFleet>>['openFleet']>>;

/** The service's calls of the functions so far, checks left out. */
function callsOf({ calls, stack }: Fleet): number {
  const roles = new Set(Object.values(stack.functions).map(({ roleName }) => roleName));
  const asked = calls.map((call) => call.split(' ')).filter(([role = '']) => roles.has(role));
  const counted = asked.filter(([, service, operation = '']) => /^ec[sr]$/.test(service ?? '') && !isCheck(operation));
  return counted.length;
}

/** How often a script by hand calls that waits until the service is stable, beginning with UpdateService. */
async function byHand(fleet: Fleet, service: string): Promise<number> {
  for (let calls = callsByHand + 1; ; calls++) {
    const { services = [] } = await fleet.ecs.send(
      new DescribeServicesCommand({ cluster: 'prod', services: [service] }),
    );
    if (services[0]?.deployments?.length === 1 && services[0].runningCount === tasks) return calls;
    await fleet.pass(waitS);
  }
}

/** ECS and ECR calls of Batuta's functions from a push until all is quiet, for four tasks and by events alone. */
export const rolloutCalls: Benchmark = {
  name: 'rollout-calls',
  async measure() {
    let sweeps = true;
    const { openFleet } = await virtualFleet();
    const fleet = await openFleet({
      configured: 1,
      live: 1,
      desiredCount: tasks,
      delivery: (event, deliver) => (event['detail-type'] !== 'Scheduled Event' || sweeps ? deliver() : undefined),
    });
    try {
      sweeps = false;
      const before = callsOf(fleet);
      await fleet.push('1.1.0');
      await fleet.pass(1);
      const baseline = await byHand(fleet, fleet.names[0] ?? '');
      await fleet.pass(600);
      const [deployment] = await fleet.deployments();
      if (deployment?.state !== 'succeeded') throw new Error(`the deployment is ${deployment?.state}`);
      const value = callsOf(fleet) - before;
      return [{ name: 'rollout-calls', value, unit: 'calls', baseline, limits: 'value', limit }];
    } finally {
      await fleet.close();
    }
  },
};
