import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { addedMs } from '../../../shared/aws/added-time.ts';

const pause = (minutes?: number, stage = 'POST_SCALE_UP') => ({
  targetType: 'PAUSE' as const,
  lifecycleStages: [stage as 'POST_SCALE_UP'],
  ...(minutes === undefined ? {} : { timeoutConfiguration: { timeoutInMinutes: minutes } }),
});

test.each<[fact: string, configuration: DeploymentConfiguration | undefined, minutes: number]>([
  ['a service without a configuration', undefined, 0],
  ['a rolling service, whatever else it says', { strategy: 'ROLLING', bakeTimeInMinutes: 30 }, 0],
  ['blue/green: its bake time', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }, 30],
  [
    'canary: the canary’s time, then the bake time',
    {
      strategy: 'CANARY',
      bakeTimeInMinutes: 5,
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 20 },
    },
    25,
  ],
  ['canary by default: ten minutes', { strategy: 'CANARY' }, 10],
  [
    'linear: a step’s time after each step but the last',
    { strategy: 'LINEAR', bakeTimeInMinutes: 5, linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 10 } },
    35,
  ],
  ['linear by default: ten steps of six minutes', { strategy: 'LINEAR' }, 54],
  ['a pause: its timeout', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [pause(60)] }, 60],
  ['a pause by default: a day', { strategy: 'BLUE_GREEN', lifecycleHooks: [pause()] }, 1440],
  [
    'a pause before every shift of a linear service',
    {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
      lifecycleHooks: [pause(10, 'PRE_PRODUCTION_TRAFFIC_SHIFT')],
    },
    20,
  ],
  [
    'a function as a hook: nothing, it is quick',
    { strategy: 'BLUE_GREEN', lifecycleHooks: [{ hookTargetArn: 'arn:x', lifecycleStages: ['POST_SCALE_UP'] }] },
    0,
  ],
])('%s', (_fact, configuration, minutes) => expect(addedMs(configuration)).toBe(minutes * 60_000));
