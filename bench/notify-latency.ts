import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { startSystem } from '../local/system.ts';
import type { Benchmark } from './benchmark.ts';
import { median } from './support/median.ts';
import { benchConfig } from './support/paths.ts';
import { sure } from './support/sure.ts';
import { runTinyJob } from './support/tiny-job.ts';

const warmUp = 3;
const rounds = 15;
const ends = new Set(['succeeded', 'failed']);

/** Milliseconds from our event that a run ended until the channel's server had the news, by run. */
async function byBatuta(): Promise<number[]> {
  const endedAt = new Map<string, number>();
  const toldAt = new Map<string, number>();
  const system = await startSystem({
    configFile: join(dirname(benchConfig), 'notify.yml'),
    localFile: undefined,
    apiPort: 0,
    awsPort: 0,
    onEvent({ 'detail-type': type, detail }) {
      const { id = '', state = '' } = detail as { id?: string; state?: string };
      if (type === 'Run State Change' && ends.has(state)) endedAt.set(id, performance.now());
    },
    onNotification({ message }) {
      const [, run = ''] = /^team:(r-\w+):succeeded$/.exec(message) ?? [];
      toldAt.set(run, performance.now());
    },
  });
  try {
    const took: number[] = [];
    for (let round = 0; round < warmUp + rounds; round++) {
      const { id } = await runTinyJob({ api: system.apiUrl, token: system.token });
      const told = await sure(`the news of ${id}`, () => toldAt.get(id));
      took.push(told - (endedAt.get(id) ?? Number.NaN));
    }
    return took.slice(warmUp);
  } finally {
    await system.close();
  }
}

/** Milliseconds for a POST of the same size by this process, until its server has it. */
async function byHand(): Promise<number[]> {
  let arrived = 0;
  const server = createServer(async (request, response) => {
    await request.resume().toArray();
    arrived = performance.now();
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const took: number[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const from = performance.now();
    await fetch(url, { method: 'POST', body: 'x'.repeat(1000) });
    took.push(arrived - from);
  }
  server.closeAllConnections();
  server.close();
  return took.slice(warmUp);
}

/** From the end of a run until the channel's server has the news, in the local system. */
export const notifyLatency: Benchmark = {
  name: 'notify-latency',
  async measure() {
    const [value, baseline] = [median(await byBatuta()), median(await byHand())];
    return [{ name: 'notify-latency', value, unit: 'ms', baseline, limits: 'value', limit: 500 }];
  },
};
