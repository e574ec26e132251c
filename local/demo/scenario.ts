import { demoNeeds, type Expect, follow, runOf, type Scene } from './scene.ts';
import { approves, rollsBack, ships } from './ship-scenes.ts';
import { apiOf, type RunView, type Stage } from './stage.ts';
import { told } from './told-scene.ts';

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

/** Plays the main job before the user's eyes; resolves with whether every expectation held. */
export async function playDemo(stage: Stage): Promise<boolean> {
  let ok = true;
  const scenes: [title: string, play: (scene: Scene) => Promise<void>][] = [
    ['A schedule fires and runs a script with a secret from SSM', scheduled],
    ['The same job by an API call, its lines as they come', byApi],
    ['shop-api 1.1.0 is pushed: its migration runs, then it rolls out', ships],
    ['shop-api-prod gets the same image once somebody approves', approves],
    ['shop-api 1.2.0, which crashes, is pushed, fails and is rolled back', rollsBack],
    ['The news of all that, at the webhook and in Slack', told],
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
