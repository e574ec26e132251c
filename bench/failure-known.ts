import { dirname, join } from 'node:path';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { startSystem } from '../local/system.ts';
import type { AwsConnection } from '../shared/aws/connection.ts';
import type { Benchmark } from './benchmark.ts';
import { benchConfig, root } from './support/paths.ts';
import { sure } from './support/sure.ts';
import { virtualFleet } from './support/virtual-fleet.ts';

const crashes = 3;
const waitMs = 20 * 60_000;

interface Event {
  source: string;
  'detail-type': string;
  detail: unknown;
}

/** Watches events for the third task that died of a revision, and for our event that the deployment failed. */
function watch(now: () => number, isCounting: () => boolean) {
  const dead = new Set<string>();
  let thirdAt: number | undefined;
  let knownAt: number | undefined;
  return {
    see({ 'detail-type': type, detail }: Event) {
      const { taskArn = '', lastStatus, stopCode, state } = detail as Partial<Record<string, string>>;
      if (!isCounting()) return;
      if (type === 'ECS Task State Change' && lastStatus === 'STOPPED' && stopCode === 'EssentialContainerExited')
        if (dead.add(taskArn).size === crashes) thirdAt ??= now();
      if (type === 'Deployment State Change' && (state === 'rolling-back' || state === 'failed')) knownAt ??= now();
    },
    /** Seconds; undefined before both were seen. */
    took: () => (thirdAt === undefined || knownAt === undefined ? undefined : (knownAt - thirdAt) / 1000),
  };
}

async function withoutSweep(aws: AwsConnection): Promise<void> {
  const events = new EventBridgeClient(aws);
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  for (const { Name, ScheduleExpression } of Rules)
    if (ScheduleExpression) await events.send(new DisableRuleCommand({ Name }));
}

/** In real time, the sweep switched off. */
async function byEvents(): Promise<number> {
  let isPushed = false;
  const watched = watch(
    () => performance.now(),
    () => isPushed,
  );
  const system = await startSystem({
    configFile: benchConfig,
    localFile: join(dirname(benchConfig), 'batuta.local.yml'),
    apiPort: 0,
    awsPort: 0,
    onEvent: watched.see,
    onNotification: () => {},
  });
  try {
    await withoutSweep(system.aws);
    isPushed = true;
    await system.cloud.ecr.readAndPush('shop/api', '1.2.0', join(root, 'examples/shop-api-1.2.0'));
    return await sure('the failure of 1.2.0', watched.took);
  } finally {
    await system.close();
  }
}

/** On a virtual clock, all events of ECS lost once the rollout has begun. */
async function bySweep(): Promise<number> {
  const { openFleet } = await virtualFleet();
  let isPushed = false;
  const watched = watch(
    () => fleet.clock.now(),
    () => isPushed,
  );
  const fleet = await openFleet({
    configured: 1,
    live: 1,
    behave: ({ image }) => (image.manifest.command?.[0]?.endsWith('-crash') ? { runMs: 500, exitCode: 1 } : {}),
    delivery(event, deliver) {
      watched.see(event);
      if (!isPushed || event.source !== 'aws.ecs') deliver();
    },
  });
  try {
    isPushed = true;
    await fleet.push('1.2.0-crash');
    for (let passedMs = 0; watched.took() === undefined && passedMs < waitMs; passedMs += 1000) await fleet.pass(1);
    return watched.took() ?? Number.NaN;
  } finally {
    await fleet.close();
  }
}

/** From the third task that died until our event says that the deployment failed, by events alone. */
export const failureKnown: Benchmark = {
  name: 'failure-known',
  async measure() {
    const value = await byEvents();
    return [{ name: 'failure-known', value, unit: 's', baseline: await bySweep(), limits: 'value', limit: 5 }];
  },
};
