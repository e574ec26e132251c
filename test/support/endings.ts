import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { EventEnvelope } from '../../local/cloud/events/envelope.ts';
import { nameOfImage, type Shop, type ShopOptions } from './shop.ts';

/** The main job's three parts, each of which has to end the same whatever happens on its way. */
export const scenarios = {
  'a run': (shop: Shop) =>
    shop.api('POST', '/api/jobs/backup/runs', { body: {}, headers: { 'idempotency-key': 'one' } }),
  'a deployment that succeeds': (shop: Shop) => shop.push('1.1.0'),
  'a deployment that crashes and goes back': (shop: Shop) => shop.push('1.2.0-crash'),
};
export type Scenario = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as Scenario[];

/** What the containers of the scenarios do. */
export const behaveInScenarios: NonNullable<ShopOptions['behave']> = (spec) => {
  if (nameOfImage(spec).endsWith('-crash')) return { runMs: 300, exitCode: 1 };
  return nameOfImage(spec) === 'toolbox' ? { runMs: 3000, lines: ['::output rows=7'] } : {};
};

const queues = ['run', 'run-launch', 'deployment', 'delivery'];

/** What is left of a scenario once all is quiet. */
export async function endingOf(shop: Shop) {
  const ecs = new ECSClient(shop.aws);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop-api'] }));
  const itemsOf = async (index: 'gsi1' | 'gsi2', pks: readonly string[]) =>
    (await Promise.all(pks.map((pk) => shop.table.query({ index, pk })))).flatMap(({ items }) => items);
  const records = await itemsOf('gsi2', ['job#backup', 'service#shop-api']);
  return {
    // A push that comes again after its image failed is noted as skipped, as any repeated push is.
    records: records
      .map(({ value }) => value as { state: string; outputs?: object })
      .filter(({ state }) => state !== 'skipped')
      .map(({ state, outputs = {} }) => ({ state, outputs })),
    revision: services?.[0]?.taskDefinition,
    running: services?.[0]?.runningCount,
    toolboxTasks: shop.engine.started.filter((spec) => nameOfImage(spec) === 'toolbox').length,
    news: shop.hooks.map(({ body }) => `${body.data.title.replace(/ after .*/, '')} (${body.data.news})`),
    left: await itemsOf(
      'gsi1',
      queues.map((kind) => `due#${kind}`),
    ),
  };
}

const final = new Set(['succeeded', 'failed', 'timed-out', 'stopped', 'lost', 'rolled-back', 'skipped', 'superseded']);

/** The states announced of runs and deployments, by id, in the order of their writes. */
export function announcedStates(events: readonly EventEnvelope[]): string[][] {
  const details = events
    .filter((event) => /^(Run|Deployment) State Change$/.test(event['detail-type']))
    .map(({ detail }) => detail as { id: string; state: string; version: number });
  return [...Map.groupBy(details, ({ id }) => id).values()].map((changes) => {
    const byVersion = new Map(changes.map(({ version, state }) => [version, state]));
    return [...byVersion].toSorted(([a], [b]) => a - b).map(([, state]) => state);
  });
}

/** Whether nothing was announced after a final state (invariant 6). */
export const endsOnce = (states: readonly string[]) => states.slice(0, -1).every((state) => !final.has(state));
