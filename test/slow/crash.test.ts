import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, expect, test } from 'vitest';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

/** Longer than the workers' lease of 4 minutes: a crash that holds it heals then. */
const healedS = 8 * 60;

interface Ending {
  started: string[];
  titles: string[];
  records: string[];
  revision: string | undefined;
  unpublished: unknown[];
}

const scenarios: Readonly<Record<string, { service: boolean; act(shop: Shop): Promise<unknown>; titles: string[] }>> = {
  'a run by the API': {
    service: false,
    act: async (shop) => {
      // A caller whose request died asks again with its key, as it is told to.
      const ask = () => shop.api('POST', '/api/jobs/backup/runs', { body: {}, headers: { 'idempotency-key': 'once' } });
      await ask().catch(ask);
    },
    titles: ['backup succeeded'],
  },
  'a deployment that succeeds': {
    service: true,
    act: (shop) => shop.push('1.1.0'),
    titles: ['shop-api 1.1.0 is deployed'],
  },
  'a deployment that crashes and goes back': {
    service: true,
    act: (shop) => shop.push('1.2.0-crash'),
    titles: ['shop-api 1.2.0 failed and was rolled back to 1.0.0'],
  },
};

async function play(name: keyof typeof scenarios, crashAfter?: number) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(name);
  const shop = await openShop({
    service: scenario.service,
    behave: (spec) =>
      nameOfImage(spec).endsWith('-crash')
        ? { runMs: 300, exitCode: 1 }
        : nameOfImage(spec) === 'toolbox'
          ? { runMs: 3000, lines: ['::output rows=7'] }
          : {},
  });
  const before = shop.callsMade();
  const started = shop.engine.started.length;
  shop.crash.after = before + (crashAfter ?? Number.POSITIVE_INFINITY);
  await scenario.act(shop);
  await shop.pass(30);
  const calls = shop.callsMade() - before;
  await shop.pass(healedS);
  const ending = await endingOf(shop, started);
  await shop.close();
  return { calls, ending, crashedAt: shop.crash.at };
}

async function endingOf(shop: Shop, started: number): Promise<Ending> {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const items = [
    ...(await shop.table.query({ index: 'gsi2', pk: 'job#backup' })).items,
    ...(await shop.table.query({ index: 'gsi2', pk: 'service#shop-api' })).items,
  ];
  return {
    started: shop.engine.started.slice(started).map((spec) => spec.name),
    titles: shop.hooks.map(({ body }) => body.data.title.replace(/ after .*/, '')),
    // A push event that comes again after its image failed is noted as skipped, as any repeated push is.
    records: items
      .map(({ value }) => value as { state: string; outputs?: object })
      .filter(({ state }) => state !== 'skipped')
      .map(({ state, outputs = {} }) => `${state} ${JSON.stringify(outputs)}`),
    revision: services?.[0]?.taskDefinition,
    unpublished: items.filter(({ outbox }) => outbox),
  };
}

let crashes = 0;
afterAll(() => expect(crashes).toBeGreaterThan(60));

test.each(Object.keys(scenarios))(
  '%s ends the same whichever call is the last of its process',
  async (name) => {
    const { calls, ending: expected } = await play(name);
    const { titles } = scenarios[name] as { titles: string[] };
    expect(expected.titles).toEqual(expect.arrayContaining(titles));
    expect(expected.unpublished).toEqual([]);
    for (let call = 1; call <= calls; call++) {
      const { ending, crashedAt } = await play(name, call);
      const told = `crash after call ${call} of ${calls}, ${crashedAt}`;
      if (crashedAt) crashes += 1;
      expect(ending.records, told).toEqual(expected.records);
      expect(ending.revision, told).toEqual(expected.revision);
      expect(ending.unpublished, told).toEqual([]);
      // One task a run; a service's own replacements differ in number.
      if (name.includes('run')) expect(ending.started, told).toEqual(expected.started);
      // The same news at most once more, after a crash between sending and recording.
      for (const title of titles) expect(ending.titles, told).toContain(title);
      expect(ending.titles.length, told).toBeLessThanOrEqual(expected.titles.length + 1);
    }
  },
  600_000,
);
