import { join } from 'node:path';
import { apiOf, type PassedEvent, type RunView, type Stage, waitFor } from './stage.ts';

const examples = join(import.meta.dirname, '../../examples');

/** What the configuration must have for the demo to be played. */
export const demoNeeds = {
  job: 'db-backup',
  migration: 'migrate',
  service: 'shop-api',
  next: 'shop-api-prod',
} as const;

const ended = new Set(['succeeded', 'failed', 'timed-out', 'stopped', 'lost']);

export type Expect = (what: string, held: boolean, saw?: string) => void;

/** One step of the demo. */
export interface Scene {
  stage: Stage;
  step: number;
  say(text: string): void;
  expect: Expect;
}

interface ChangeDetail {
  taskArn?: string;
  id?: string;
  lastStatus?: string;
  desiredStatus?: string;
  state?: string;
  group?: string;
  subject?: string;
  taskDefinitionArn?: string;
  stoppedReason?: string;
}

/** What is worth saying about an event, for one service or job. */
function wordsOf(event: PassedEvent, subject: string): string | undefined {
  const detail = event.detail as ChangeDetail;
  const revision = detail.taskDefinitionArn?.split('/').pop();
  if (event['detail-type'] === 'ECS Task State Change' && detail.group?.endsWith(`:${subject}`)) {
    if (detail.lastStatus === 'STOPPED') return `task of ${revision} stopped: ${detail.stoppedReason ?? ''}`;
    const runs = detail.lastStatus === 'RUNNING' && detail.desiredStatus === 'RUNNING';
    return runs ? `task of ${revision} is running` : undefined;
  }
  const isOurs = event.source === 'batuta' && detail.subject === subject;
  return isOurs && /^(Run|Deployment)/.test(event['detail-type']) ? `${subject} is ${detail.state}` : undefined;
}

/** Says each task's and each record's change as it passes the bus, until stopped. */
export function narrate({ stage, say }: Scene, subjects: readonly string[]): () => void {
  const said = new Set<string>();
  return stage.listen((event: PassedEvent) => {
    const detail = event.detail as ChangeDetail;
    // Health and attachments change too: each task's start and end are told once.
    const change = `${detail.taskArn ?? detail.id} ${detail.lastStatus ?? detail.state}`;
    const words = subjects.map((subject) => wordsOf(event, subject)).find((text) => text !== undefined);
    if (words === undefined || said.has(change)) return;
    said.add(change);
    say(words);
  });
}

/** The id of the next run of a job that somebody starts. */
export async function runOf(stage: Stage, job: string, withinMs: number): Promise<string | undefined> {
  let found: string | undefined;
  const stop = stage.listen((event) => {
    const detail = event.detail as ChangeDetail;
    if (event['detail-type'] === 'Run State Change' && detail.subject === job) found ??= detail.id;
  });
  const id = await waitFor(() => found, withinMs);
  stop();
  return id;
}

/** Prints a run's lines as they come until it ended; resolves with the run and all lines. */
export async function follow(
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

/** The id and state of the service's next deployment that comes to one of `states`. */
export function deploymentComesTo(stage: Stage, service: string, states: readonly string[], withinMs: number) {
  let found: { id: string; state: string } | undefined;
  const stop = stage.listen((event) => {
    const { subject, state = '', id = '' } = event.detail as ChangeDetail;
    if (event['detail-type'] === 'Deployment State Change' && subject === service && states.includes(state))
      found ??= { id, state };
  });
  return waitFor(() => found, withinMs).finally(stop);
}

/** Pushes one of the examples and waits until its deployment has ended so. */
export async function push(
  scene: Scene,
  version: string,
  states: readonly string[],
): Promise<{ state: string | undefined; digest: string }> {
  const { stage, say } = scene;
  const stop = narrate(scene, [demoNeeds.service, demoNeeds.migration]);
  const end = deploymentComesTo(stage, demoNeeds.service, states, 40_000);
  const { digest } = await stage.push(`shop/api:${version}`, join(examples, `shop-api-${version}`));
  say(`pushed shop/api:${version} (${digest.slice(0, 19)}…)`);
  const reached = await end;
  stop();
  return { state: reached?.state, digest };
}
