import { demoNeeds, deploymentComesTo, follow, narrate, push, runOf, type Scene } from './scene.ts';
import { apiOf, waitFor } from './stage.ts';

/** The migration runs first, with the new image; then the service rolls. */
export async function ships(scene: Scene): Promise<void> {
  const { stage, expect } = scene;
  const before = await stage.service(demoNeeds.service);
  expect('1.0.0 runs as a service', before.answer.includes('1.0.0'), before.answer);
  const migrating = runOf(stage, demoNeeds.migration, 20_000).then((id) =>
    id ? follow(scene, id, 20_000) : undefined,
  );
  const { state, digest } = await push(scene, '1.1.0', ['succeeded', 'failed', 'rolling-back', 'superseded']);
  const migration = await migrating;
  expect(
    'the migration ran before, with the new image',
    migration?.run.state === 'succeeded' && migration.lines.some((line) => line.includes('1.1.0')),
    migration?.run.state,
  );
  const after = await stage.service(demoNeeds.service);
  expect('the deployment succeeded', state === 'succeeded', state);
  expect(
    'a new revision runs, pinned to the pushed digest',
    after.image.endsWith(digest) && after.taskDefinition !== before.taskDefinition,
    after.image,
  );
  expect('the service answers "shop-api 1.1.0"', after.answer.includes('1.1.0'), after.answer);
}

/** What succeeded is promoted, waits for a person, and goes on as the same digest. */
export async function approves(scene: Scene): Promise<void> {
  const { stage, say, expect } = scene;
  const { next, service } = demoNeeds;
  const api = apiOf(stage);
  const waiting = await waitFor(async () => {
    const [latest] = await api.deployments(next);
    return latest?.state === 'held' ? latest : undefined;
  }, 10_000);
  expect(`${next} waits for approval`, waiting !== undefined);
  const news = new RegExp(`${next} .* waits for approval$`);
  // Each of them: who is told only after the approval is told of the rollout.
  const hears = (where: string) => stage.received.some(({ type, title }) => type === where && news.test(title));
  const isTold = await waitFor(() => (hears('webhook') && hears('slack')) || undefined, 15_000);
  expect('and somebody was told so', isTold === true);
  const before = await stage.service(next);
  expect(`and still runs 1.0.0`, before.answer.includes('1.0.0'), before.answer);
  if (!waiting) return;
  const stop = narrate(scene, [next]);
  const end = deploymentComesTo(stage, next, ['succeeded', 'failed', 'rolling-back', 'skipped'], 40_000);
  say(`POST /api/deployments/${waiting.id}/approve {"reason":"tried it on ${service}"}`);
  await api.approve(waiting.id, `tried it on ${service}`);
  const reached = await end;
  stop();
  const [after, staging] = [await stage.service(next), await stage.service(service)];
  expect('once approved it succeeded', reached?.state === 'succeeded', reached?.state);
  expect(`the same digest runs as on ${service}`, after.image === staging.image, after.image);
}

export async function rollsBack(scene: Scene): Promise<void> {
  const { stage, expect } = scene;
  const before = await stage.service(demoNeeds.service);
  const { state } = await push(scene, '1.2.0', ['succeeded', 'failed', 'rolled-back', 'superseded']);
  const after = await stage.service(demoNeeds.service);
  expect('the deployment failed and was rolled back', state === 'rolled-back', state);
  expect('the revision from before runs again', after.taskDefinition === before.taskDefinition, after.taskDefinition);
  expect('the service answers "shop-api 1.1.0"', after.answer.includes('1.1.0'), after.answer);
}
