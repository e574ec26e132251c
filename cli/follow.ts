import { setTimeout as wait } from 'node:timers/promises';
import type { DeploymentView } from '../shared/api/deployment-view.ts';
import { type Api, Refusal } from './api.ts';
import type { Terminal } from './command.ts';
import { deploymentLines, holdLine } from './deployment-lines.ts';
import { jsonText } from './safe-terminal.ts';

const everyMs = 2000;
const mostFailures = 5;

/** A rollout is not over because an answer got lost: only what the API refuses is thrown at once. */
async function look(api: Api, id: string, sleep: (ms: number) => Promise<void>): Promise<DeploymentView> {
  for (let failures = 1; ; failures++) {
    try {
      return ((await api.get(`/deployments/${id}`)) as { deployment: DeploymentView }).deployment;
    } catch (error) {
      if (error instanceof Refusal || failures === mostFailures) throw error;
      await sleep(everyMs * failures);
    }
  }
}

/** Tells each change until the deployment is over; the exit code is 0 only for a success. */
export async function follow(api: Api, id: string, terminal: Terminal, json: boolean): Promise<number> {
  const { out, sleep = wait } = terminal;
  let told = '';
  for (;;) {
    const deployment = await look(api, id, sleep);
    const isOver = deployment.times.finished !== undefined;
    const stage = stageOf(deployment);
    if (stage !== undefined && stage !== told && !json && !isOver) out(stage);
    told = stage ?? told;
    if (isOver) {
      for (const line of json ? [jsonText({ deployment })] : deploymentLines(deployment)) out(line);
      return deployment.state === 'succeeded' ? 0 : 1;
    }
    await sleep(everyMs);
  }
}

/** Undefined for what waits for its turn only: it was asked for, and there is no more to tell. */
function stageOf({ service, image, state, holds = [], outcome }: DeploymentView): string | undefined {
  if (state === 'held' && holds.length === 0) return undefined;
  const waits = holds.map(holdLine).join('; ');
  const why = state === 'rolling-back' && outcome ? `: ${outcome.reason}` : '';
  return `${service} ${image.tag} is ${state}${waits ? `: ${waits}` : why}`;
}
