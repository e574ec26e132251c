import { setTimeout as sleep } from 'node:timers/promises';
import { ECSClient, ListTaskDefinitionsCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import type { Benchmark } from './benchmark.ts';
import { type CountedSystem, countTo, startCounted } from './support/counted-system.ts';
import { runTinyJob } from './support/tiny-job.ts';

const ROUNDS = 5;
/** What follows a run's end is over by then. */
const QUIET_MS = 500;

async function launchCallsOf({ system, reset, calls }: CountedSystem): Promise<number> {
  await sleep(QUIET_MS);
  reset();
  await runTinyJob({ api: system.apiUrl, token: system.token });
  const byFunctions = calls().filter(({ byFunction }) => byFunction);
  return countTo(byFunctions, ['ecs'], 'RunTask') ?? Number.POSITIVE_INFINITY;
}

/** The same launch by hand: what a script of a few lines calls. */
async function byHand({ system, reset, calls }: CountedSystem): Promise<number> {
  const ecs = new ECSClient(system.aws);
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ sort: 'DESC' }));
  const job = system.config.jobs.tiny;
  const awsvpcConfiguration = { subnets: [...(job?.network?.subnets ?? [])] };
  const taskDefinition = taskDefinitionArns.find((arn) => arn.includes('tiny')) ?? '';
  reset();
  await ecs.send(
    new RunTaskCommand({
      cluster: job?.cluster,
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration },
    }),
  );
  return countTo(calls(), ['ecs'], 'RunTask') ?? 0;
}

/** The most ECS calls that any of Batuta's functions needed for a launch; the first one, which registers, is not usual. */
export const launchCalls: Benchmark = {
  name: 'launch-calls',
  async measure() {
    const counted = await startCounted();
    try {
      await runTinyJob({ api: counted.system.apiUrl, token: counted.system.token });
      let value = 0;
      for (let round = 0; round < ROUNDS; round++) value = Math.max(value, await launchCallsOf(counted));
      const baseline = await byHand(counted);
      return [{ name: 'launch-calls', value, unit: 'calls', baseline, limits: 'value', limit: 1 }];
    } finally {
      await counted.system.close();
    }
  },
};
