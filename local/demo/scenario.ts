import { join } from 'node:path';
import { apiOf, type PassedEvent, type RunView, type Stage, waitFor } from './stage.ts';

const examples = join(import.meta.dirname, '../../examples');

/** What the configuration must have for the demo to be played. */
export const demoNeeds = { job: 'db-backup', service: 'shop-api' } as const;

const ended = new Set(['succeeded', 'failed', 'timed-out', 'stopped', 'lost']);

type Expect = (what: string, held: boolean, saw?: string) => void;

interface Scene {
  stage: Stage;
  step: number;
  say(text: string): void;
  expect: Expect;
}

/** Says each task's and each record's change as it passes the bus, until stopped. */
function narrate({ stage, say }: Scene, subject: string): () => void {
  const said = new Set<string>();
  return stage.listen((event: PassedEvent) => {
    const detail = event.detail as Record<string, unknown>;
    // Health and attachments change too: each task's start and end are told once.
    const change = `${String(detail.taskArn ?? detail.id)} ${String(detail.lastStatus ?? detail.state)}`;
    const tellOnce = (text: string) => {
      if (!said.has(change)) say(text);
      said.add(change);
    };
    const revision = String(detail.taskDefinitionArn ?? '')
      .split('/')
      .pop();
    if (event['detail-type'] === 'ECS Task State Change' && String(detail.group).endsWith(`:${subject}`)) {
      if (detail.lastStatus === 'RUNNING' && detail.desiredStatus === 'RUNNING')
        tellOnce(`task of ${revision} is running`);
      if (detail.lastStatus === 'STOPPED')
        tellOnce(`task of ${revision} stopped: ${String(detail.stoppedReason ?? '')}`);
    }
    if (event.source === 'batuta' && detail.subject === subject && !String(event['detail-type']).startsWith('Delivery'))
      tellOnce(`${subject} is ${String(detail.state)}`);
  });
}

async function runOf(stage: Stage, job: string, withinMs: number): Promise<string | undefined> {
  let found: string | undefined;
  const stop = stage.listen((event) => {
    const detail = event.detail as { subject?: string; id?: string };
    if (event['detail-type'] === 'Run State Change' && detail.subject === job) found ??= detail.id;
  });
  const id = await waitFor(() => found, withinMs);
  stop();
  return id;
}

/** Prints a run's lines as they come until it ended; resolves with the run and all lines. */
async function follow(
  { stage, step }: Scene,
  id: string,
  withinMs: number,
): Promise<{ run: RunView; lines: string[]; streamed: boolean }> {
  const api = apiOf(stage);
  const lines: string[] = [];
  let cursor: string | undefined;
  let streamed = false;
  const until = Date.now() + withinMs;
  for (;;) {
    const run = await api.run(id);
    const page = await api.logs(id, cursor);
    cursor = page.cursor;
    for (const { message } of page.lines) {
      lines.push(message);
      if (!ended.has(run.state)) streamed = true;
      stage.tell({ event: 'log', step, run: id, line: message });
    }
    if ((ended.has(run.state) && page.lines.length === 0) || Date.now() > until) return { run, lines, streamed };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function expectBackup({ stage, expect }: Scene, { run, lines }: { run: RunView; lines: string[] }): void {
  expect('the run succeeded', run.state === 'succeeded', `${run.state} ${run.outcome?.cause ?? ''}`);
  expect('its output says how many rows were saved', Number(run.outputs.rows) > 0, JSON.stringify(run.outputs));
  expect(
    'the secret from SSM reached the script and no line shows it',
    lines.length > 0 && !stage.secrets.some((secret) => lines.join('\n').includes(secret)),
  );
}

async function scheduled(scene: Scene): Promise<void> {
  const { stage, say, expect } = scene;
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 3000);
  await stage.scheduleOnce(demoNeeds.job, at);
  say(`waiting for at(${at.toISOString().slice(0, 19)})`);
  const id = await runOf(stage, demoNeeds.job, 10_000);
  expect(
    'EventBridge Scheduler fired within a second of its time',
    id !== undefined && Date.now() - at.getTime() < 2000,
  );
  if (id) expectBackup(scene, await follow(scene, id, 20_000));
}

async function byApi(scene: Scene): Promise<void> {
  const { stage, say, expect } = scene;
  say(`POST /api/jobs/${demoNeeds.job}/runs {"params":{"database":"billing"}}`);
  const started = await apiOf(stage).startRun(demoNeeds.job, { database: 'billing' });
  const followed = await follow(scene, started.id, 20_000);
  expect('its lines streamed while it ran', followed.streamed);
  expectBackup(scene, followed);
}

function deploymentEnds(stage: Stage, service: string, states: ReadonlySet<string>, withinMs: number) {
  let state: string | undefined;
  const stop = stage.listen((event) => {
    const detail = event.detail as { subject?: string; state?: string };
    if (
      event['detail-type'] === 'Deployment State Change' &&
      detail.subject === service &&
      states.has(detail.state ?? '')
    )
      state = detail.state;
  });
  return waitFor(() => state, withinMs).finally(stop);
}

async function push(
  scene: Scene,
  version: string,
  states: string[],
): Promise<{ state: string | undefined; digest: string }> {
  const { stage, say } = scene;
  const stop = narrate(scene, demoNeeds.service);
  const end = deploymentEnds(stage, demoNeeds.service, new Set(states), 40_000);
  const { digest } = await stage.push(`shop/api:${version}`, join(examples, `shop-api-${version}`));
  say(`pushed shop/api:${version} (${digest.slice(0, 19)}…)`);
  const state = await end;
  stop();
  return { state, digest };
}

async function ships(scene: Scene): Promise<void> {
  const { stage, expect } = scene;
  const before = await stage.service(demoNeeds.service);
  expect('1.0.0 runs as a service', before.answer.includes('1.0.0'), before.answer);
  const { state, digest } = await push(scene, '1.1.0', ['succeeded', 'failed', 'rolling-back', 'superseded']);
  const after = await stage.service(demoNeeds.service);
  expect('the deployment succeeded', state === 'succeeded', state);
  expect(
    'a new revision runs, pinned to the pushed digest',
    after.image.endsWith(digest) && after.taskDefinition !== before.taskDefinition,
    after.image,
  );
  expect('the service answers "shop-api 1.1.0"', after.answer.includes('1.1.0'), after.answer);
}

async function rollsBack(scene: Scene): Promise<void> {
  const { stage, expect } = scene;
  const before = await stage.service(demoNeeds.service);
  const { state } = await push(scene, '1.2.0', ['succeeded', 'failed', 'rolled-back', 'superseded']);
  const after = await stage.service(demoNeeds.service);
  expect('the deployment failed and was rolled back', state === 'rolled-back', state);
  expect('the revision from before runs again', after.taskDefinition === before.taskDefinition, after.taskDefinition);
  expect('the service answers "shop-api 1.1.0"', after.answer.includes('1.1.0'), after.answer);
}

/** The news everybody should have had. A failure that is over before it is told is told with its roll-back. */
const news: [what: string, title: RegExp, times: number][] = [
  ['both runs were told', /^db-backup succeeded/, 2],
  ['the deployment of 1.1.0 was told', /^shop-api 1\.1\.0 is deployed$/, 1],
  ['the failure of 1.2.0 was told', /^shop-api 1\.2\.0 failed/, 1],
  ['the roll-back was told', /^shop-api 1\.2\.0 failed and was rolled back to 1\.1\.0$/, 1],
];

async function told({ stage, expect }: Scene): Promise<void> {
  const heard = () =>
    stage.received.map(({ body }) => (body as { data?: { title?: string; text?: string } }).data ?? {});
  const titles = () => heard().map(({ title }) => String(title));
  const count = (title: RegExp) => titles().filter((text) => title.test(text)).length;
  await waitFor(() => (news.every(([, title, times]) => count(title) >= times) ? true : undefined), 10_000);
  for (const [what, title, times] of news) expect(what, count(title) >= times, titles().join(' | '));
  expect(
    'nobody heard the same news twice',
    new Set(heard().map(({ text }) => text)).size === heard().length,
    titles().join(' | '),
  );
}

/** Plays the main job before the user's eyes; resolves with whether every expectation held. */
export async function playDemo(stage: Stage): Promise<boolean> {
  let ok = true;
  const scenes: [title: string, play: (scene: Scene) => Promise<void>][] = [
    ['A schedule fires and runs a script with a secret from SSM', scheduled],
    ['The same job by an API call, its lines as they come', byApi],
    ['shop-api 1.1.0 is pushed, rolls out and succeeds', ships],
    ['shop-api 1.2.0, which crashes, is pushed, fails and is rolled back', rollsBack],
    ['The news of all that, at the webhook', told],
  ];
  for (const [index, [title, play]] of scenes.entries()) {
    const step = index + 1;
    stage.tell({ event: 'step', step, title });
    const expect: Expect = (what, held, saw) => {
      ok &&= held;
      stage.tell({ event: 'expectation', step, what, held, ...(saw === undefined || held ? {} : { saw }) });
    };
    const say = (text: string) => stage.tell({ event: 'progress', step, text });
    await play({ stage, step, say, expect }).catch((error: Error) =>
      expect('the step went through', false, error.message),
    );
  }
  return ok;
}
