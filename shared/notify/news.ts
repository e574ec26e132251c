import type { Stores } from '../store/stores.ts';
import type { About } from './delivery.ts';
import { describeDeployment } from './describe-deployment.ts';
import { describeRun } from './describe-run.ts';
import type { Message } from './message.ts';

/** The record's present news and version; undefined where there is none to tell. */
export async function readNews(
  stores: Pick<Stores, 'runs' | 'deployments'>,
  about: About,
): Promise<{ message: Message; version: number } | undefined> {
  if (about.kind === 'run') {
    const stored = await stores.runs.get(about.id);
    const message = stored && describeRun(stored.value);
    return message && { message, version: stored.version };
  }
  const stored = await stores.deployments.get(about.id);
  const message = stored && describeDeployment(stored.value);
  return message && { message, version: stored.version };
}
