import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import { nameOfImage, openShop, type Shop } from '../support/shop.ts';

/** What becomes of an event on its way to one target: when copies of it arrive, in seconds; none: it is lost. */
type Fate = (event: EventEnvelope, random: () => number) => number[];

/** Numbers from 0 to 1 that are the same for the same seed (Numerical Recipes' generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const minutes = (random: () => number) => random() * 180;
const fates: Readonly<Record<string, Fate>> = {
  'each event comes twice at once, and again later': (_event, random) => [0, 0, minutes(random)],
  'each event is late by up to three minutes': (_event, random) => [minutes(random)],
  'events overtake each other': (_event, random) => [random() * 5, ...(random() < 0.3 ? [random() * 30] : [])],
  'no event of AWS comes, only the sweep': ({ source, 'detail-type': type }) =>
    source === 'batuta' || type === 'Scheduled Event' ? [0] : [],
};

const scenarios = {
  'a run': (shop: Shop) => shop.api('POST', '/api/jobs/backup/runs', { body: {} }),
  'a deployment that succeeds': (shop: Shop) => shop.push('1.1.0'),
  'a deployment that crashes and goes back': (shop: Shop) => shop.push('1.2.0-crash'),
};

const settledS = 12 * 60;

async function play(name: keyof typeof scenarios, fate: Fate) {
  const random = randomFrom(1);
  let under: Shop | undefined;
  const shop = await openShop({
    service: name !== 'a run',
    behave: (spec) =>
      nameOfImage(spec).endsWith('-crash')
        ? { runMs: 300, exitCode: 1 }
        : nameOfImage(spec) === 'toolbox'
          ? { runMs: 3000, lines: ['::output rows=7'] }
          : {},
    delivery(event, deliver) {
      if (!under) return deliver();
      for (const seconds of fate(event, random)) {
        if (seconds === 0) deliver();
        else under.clock.setTimer(seconds * 1000, deliver);
      }
    },
  });
  under = shop;
  await scenarios[name](shop);
  await shop.pass(settledS);
  const ending = await endingOf(shop);
  await shop.close();
  return ending;
}

async function endingOf(shop: Shop) {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const [runs, deployments, ...unpublished] = await Promise.all([
    shop.table.query({ index: 'gsi2', pk: 'job#backup' }),
    shop.table.query({ index: 'gsi2', pk: 'service#shop-api' }),
    ...['run', 'run-launch', 'deployment', 'delivery'].map((kind) =>
      shop.table.query({ index: 'gsi1', pk: `due#${kind}` }),
    ),
  ]);
  const values = [...runs.items, ...deployments.items].map(({ value }) => value as { state: string; outputs?: object });
  return {
    // A push that comes again after its image failed is noted as skipped, as any repeated push is.
    records: values.filter(({ state }) => state !== 'skipped').map(({ state, outputs = {} }) => ({ state, outputs })),
    revision: services?.[0]?.taskDefinition,
    running: services?.[0]?.runningCount,
    toolboxTasks: shop.engine.started.filter((spec) => nameOfImage(spec) === 'toolbox').length,
    news: shop.hooks.map(({ body }) => `${body.data.title.replace(/ after .*/, '')} (${body.data.news})`),
    left: unpublished.flatMap(({ items }) => items),
  };
}

test.each(Object.keys(scenarios) as (keyof typeof scenarios)[])(
  '%s ends the same, whatever becomes of events',
  async (name) => {
    const expected = await play(name, () => [0]);
    expect(expected.records).toHaveLength(1);
    expect(expected.left).toEqual([]);
    for (const [told, fate] of Object.entries(fates)) {
      const { news, ...rest } = await play(name, fate);
      const { news: _, ...wanted } = expected;
      expect(rest, told).toEqual(wanted);
      // No channel hears the same news twice, and none that is not true; what lasted a moment may go untold.
      expect(new Set(news).size, told).toBe(news.length);
      expect(expected.news, told).toEqual(expect.arrayContaining(news));
      expect(news, told).toContain(expected.news.at(-1));
    }
  },
);
