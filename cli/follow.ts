import { setTimeout as wait } from 'node:timers/promises';
import type { DeploymentView } from '../shared/api/deployment-view.ts';
import type { Api } from './api.ts';
import type { Terminal } from './command.ts';
import { deploymentLines, holdLine } from './deployment-lines.ts';

const everyMs = 2000;

/** Tells each change until the deployment is over; the exit code is 0 only for a success. */
export async function follow(api: Api, id: string, terminal: Terminal, json: boolean): Promise<number> {
  const { out, sleep = wait } = terminal;
  let told = '';
  for (;;) {
    const { deployment } = (await api.get(`/deployments/${id}`)) as { deployment: DeploymentView };
    const isOver = deployment.times.finished !== undefined;
    const stage = stageOf(deployment);
    if (stage !== told && !json && !isOver) out(stage);
    told = stage;
    if (isOver) {
      for (const line of json ? [JSON.stringify({ deployment })] : deploymentLines(deployment)) out(line);
      return deployment.state === 'succeeded' ? 0 : 1;
    }
    await sleep(everyMs);
  }
}

function stageOf({ service, image, state, holds = [], outcome }: DeploymentView): string {
  const waits = holds.map(holdLine).join('; ') || (state === 'held' ? 'it is not its turn yet' : '');
  const why = state === 'rolling-back' && outcome ? `: ${outcome.reason}` : '';
  return `${service} ${image.tag} is ${state}${waits ? `: ${waits}` : why}`;
}
