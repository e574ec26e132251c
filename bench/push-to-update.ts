import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startSystem } from '../local/system.ts';
import type { Benchmark } from './benchmark.ts';
import { benchConfig, root } from './support/paths.ts';
import { sure } from './support/sure.ts';

const latencyMs = 20;
/** What a script by hand calls, one after the other: DescribeServices, DescribeTaskDefinition, RegisterTaskDefinition, UpdateService. */
const callsByHand = 4;
const rounds = 9;
/** The first pushes start the functions. */
const warmUp = 2;

/** From the event of a push until UpdateService arrives, the function warm and each call of a function 20 ms on its way; the least of pushes one after the other. */
export const pushToUpdate: Benchmark = {
  name: 'push-to-update',
  async measure() {
    let pushedAt = 0;
    let updatedAt = 0;
    const system = await startSystem({
      configFile: benchConfig,
      localFile: join(dirname(benchConfig), 'batuta.local.yml'),
      apiPort: 0,
      awsPort: 0,
      latencyMs,
      onEvent: ({ 'detail-type': kind }) => {
        if (kind === 'ECR Image Action') pushedAt = performance.now();
      },
      onNotification: () => {},
      onCall: (_service, operation) => {
        if (operation === 'UpdateService') updatedAt = performance.now();
      },
    });
    await new ECRClient(system.aws).send(new CreateRepositoryCommand({ repositoryName: 'shop/unwanted' }));
    try {
      const times: number[] = [];
      for (let round = 0; round < warmUp + rounds; round++) {
        // The local system keeps six idle functions of all: this push, which nobody wants, wakes ours.
        await system.cloud.ecr.readAndPush('shop/unwanted', `1.${round}.0`, join(root, imageOf(round)));
        await sleep(500);
        updatedAt = 0;
        await system.cloud.ecr.readAndPush('shop/api', `1.${round + 1}.0`, join(root, imageOf(round)));
        await sure('UpdateService', async () => updatedAt || undefined);
        times.push(updatedAt - pushedAt);
        await sleep(3000);
      }
      // What else the machine does only adds.
      const value = Math.min(...times.slice(warmUp));
      return [
        { name: 'push-to-update', value, unit: 'ms', baseline: callsByHand * latencyMs, limits: 'value', limit: 250 },
      ];
    } finally {
      await system.close();
    }
  },
};

/** Pushes in turn, so that each is another image than the one before. */
const imageOf = (round: number) => `examples/shop-api-1.${round % 2}.0`;
