import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Behaviour } from '../../support/fake-engine.ts';
import { createChecked, openShipShop, type ShipShop, sickening } from '../../support/ship-shop.ts';
import { nameOfImage } from '../../support/shop.ts';

/** One shop, to which each reason is pushed in its turn: what the tasks die of is told by the version. */
let shop: ShipShop;
let dies: Behaviour = {};
let pullFails: string | undefined;
let minor = 1;
let dying = '';
beforeAll(async () => {
  shop = await openShipShop({
    create: createChecked,
    behave: (spec) => (nameOfImage(spec) === dying ? dies : sickening(spec)),
    cannotPull: (image) => (image.manifest.command?.[0] === dying ? pullFails : undefined),
  });
  await shop.pass(70);
});
afterAll(async () => {
  await shop.pass(700);
  expect(await shop.unended()).toEqual([]);
  await shop.close();
});

async function push(): Promise<string> {
  const version = `1.${minor++}.0`;
  dying = `shop-api:${version}`;
  await shop.push(version);
  return version;
}
const exits = (exitCode: number, reason?: string): Behaviour => ({
  runMs: 200,
  exitCode,
  ...(reason ? { reason } : {}),
});

describe('why a service’s tasks died is in the record and in the news, with a hint', () => {
  test.each<[string, { dies?: Behaviour; pull?: string; stopped?: string }, RegExp, RegExp]>([
    [
      'CannotPullContainerError, not found: the repository, tag and architecture',
      { pull: 'pull image manifest has been retried 1 time(s): shop/api:9: not found' },
      /not found/,
      /architecture/,
    ],
    [
      'CannotPullContainerError, timeout: no route to the registry',
      { pull: 'ref pull has been retried 5 time(s): dial tcp 1.2.3.4:443: i/o timeout' },
      /i\/o timeout/,
      /NAT/,
    ],
    [
      'CannotPullContainerError, context canceled: no route to the registry',
      { pull: 'failed to resolve ref: context canceled' },
      /context canceled/,
      /NAT/,
    ],
    [
      'CannotPullContainerError, toomanyrequests: a pull-through cache',
      { pull: 'toomanyrequests: You have reached your pull rate limit' },
      /toomanyrequests/,
      /pull-through cache/,
    ],
    [
      'CannotPullContainerError, no space left: ephemeral storage',
      { pull: 'write /var/lib/layer: no space left on device' },
      /no space left/,
      /ephemeral storage/,
    ],
    [
      'ResourceInitializationError, secrets: the ARN is named, never a value',
      {
        stopped:
          'ResourceInitializationError: unable to pull secrets or registry auth: failed to fetch secret arn:aws:ssm:us-east-1:123456789012:parameter/db',
      },
      /unable to pull secrets/,
      /parameter\/db/,
    ],
    [
      'ResourceInitializationError, logger args: the log group',
      { stopped: 'ResourceInitializationError: failed to validate logger args: log group does not exist' },
      /logger args/,
      /log group/,
    ],
    [
      'CannotStartContainerError: entry point',
      { dies: { cannotStart: 'CannotStartContainerError: exec: "nope": not found' } },
      /CannotStartContainerError/,
      /entry point/,
    ],
    [
      'ContainerRuntimeTimeoutError: transient',
      { dies: exits(1, 'ContainerRuntimeTimeoutError: Could not transition to started') },
      /ContainerRuntimeTimeoutError/,
      /again/,
    ],
    [
      'OutOfMemoryError: raise memory',
      { dies: exits(137, 'OutOfMemoryError: Container killed due to memory usage') },
      /OutOfMemoryError/,
      /memory/,
    ],
    [
      '137 without that reason is not called out of memory',
      { dies: exits(137) },
      /^(?!.*[Mm]emory).*137/,
      /stopTimeout/,
    ],
    ['139: native crash or wrong architecture', { dies: exits(139) }, /139/, /architecture/],
    ['126: not executable', { dies: exits(126) }, /126/, /entry point/],
    ['127: not found', { dies: exits(127) }, /127/, /PATH/],
    ['255: read the log', { dies: exits(255) }, /255/, /log/],
    ['0 is bad for a service: keep it in the foreground', { dies: exits(0) }, /exit code 0|ended/, /foreground/],
    [
      'failed container health checks: the command, startPeriod',
      { dies: { unhealthyAfterMs: 5000 } },
      /container health checks/,
      /startPeriod/,
    ],
  ])('%s', async (_fact, failure, cause, hint) => {
    dies = failure.dies ?? {};
    pullFails = failure.stopped ?? (failure.pull && `CannotPullContainerError: ${failure.pull}`);
    const version = await push();
    await shop.pass(50);
    const deployment = await shop.deployment(version);
    expect(deployment).toMatchObject({ state: 'rolled-back', outcome: { hint: expect.stringMatching(hint) } });
    expect(deployment?.outcome?.reason).toMatch(cause);
    const text = shop.hooks.filter(({ body }) => body.data.title.includes(version)).map(({ body }) => body.data.text);
    expect(text.join('\n')).toMatch(hint);
  });
});

describe('an end that says nothing of the revision is no crash', () => {
  const ends: [string, { stopCode: string; stoppedReason: string; exitCode: number }, number][] = [
    [
      '143 in a rollout: Scaling activity initiated by …',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
        exitCode: 143,
      },
      0,
    ],
    [
      'ECS is performing maintenance',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'ECS is performing maintenance on the underlying infrastructure hosting the task.',
        exitCode: 143,
      },
      0,
    ],
    ['UserInitiated', { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user', exitCode: 137 }, 0],
    [
      'SpotInterruption',
      { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.', exitCode: 143 },
      0,
    ],
    [
      'TerminationNotice',
      { stopCode: 'TerminationNotice', stoppedReason: 'Your Spot Task was interrupted.', exitCode: 143 },
      0,
    ],
    ['InfrastructureHealth', { stopCode: 'InfrastructureHealth', stoppedReason: 'The host failed', exitCode: 1 }, 0],
    [
      'though Task failed ELB health checks is one, also as ServiceSchedulerInitiated',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (target-group x)',
        exitCode: 0,
      },
      3,
    ],
    [
      'and so is a stop code that nobody knows yet',
      { stopCode: 'MeteorStrike', stoppedReason: 'boom', exitCode: 1 },
      3,
    ],
  ];
  test.each(ends)('%s', async (_fact, { exitCode, ...stop }, count) => {
    [dies, pullFails] = [{}, undefined];
    const version = await push();
    await shop.pass(3);
    const deployment = await shop.deployment(version);
    expect(deployment).toMatchObject({ state: 'rolling' });
    for (const id of ['a', 'b', 'c']) {
      const detail = {
        taskArn: `arn:aws:ecs:us-east-1:123456789012:task/prod/${version}${id}`,
        clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
        group: 'service:shop-api',
        taskDefinitionArn: deployment?.to?.taskDefinitionArn,
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stoppedAt: new Date(shop.clock.now()).toISOString(),
        version: 5,
        containers: [{ name: 'api', lastStatus: 'STOPPED', exitCode }],
        ...stop,
      };
      await shop.tell('ECS Task State Change', detail, 'follow-task');
    }
    await shop.pass(2);
    const after = await shop.deployment(version);
    expect(Object.keys(after?.crashes ?? {})).toHaveLength(count);
    expect(after?.state).toMatch(count === 0 ? /^rolling$/ : /^(rolling-back|rolled-back)$/);
  });
});
