import type { AnyDeployment } from '../deploy/deployment.ts';
import type { Run } from '../run/run.ts';
import type { Stores } from '../store/stores.ts';
import type { Alert } from './alerts/alert.ts';
import type { About } from './deliver/delivery.ts';
import { describeAlert } from './describe/describe-alert.ts';
import { describeDeployment } from './describe/describe-deployment.ts';
import { describeDigest } from './describe/describe-digest.ts';
import { describeRun } from './describe/describe-run.ts';
import type { Digest } from './digests/digest.ts';
import type { Message } from './message.ts';
import { redactMessage } from './redact-message.ts';

export type NewsStores = Pick<Stores, 'runs' | 'deployments' | 'alerts' | 'digests'>;

/** A record as it now is, with what it has to tell. */
export type Told = { about: About; version: number; message: Message | undefined } & (
  | { kind: 'run'; run: Run }
  | { kind: 'deployment'; deployment: AnyDeployment }
  | { kind: 'alert'; alert: Alert }
  | { kind: 'digest'; digest: Digest }
);

/** Each episode of an alert has messages of its own. */
export const aboutAlert = ({ id, episode }: Alert): About => ({ kind: 'alert', id: `${id}#${episode}` });

/** The alert that `aboutAlert` names, and which episode of it; absent: whichever it is in. */
export function alertOf(id: string): { alertId: string; episode?: number } {
  const [, alertId, episode] = /^(.+)#(\d+)$/s.exec(id) ?? [];
  return alertId === undefined ? { alertId: id } : { alertId, episode: Number(episode) };
}

/** An alert's id, or with the episode it is about; undefined where that is past. */
async function readAlert({ alerts }: NewsStores, id: string): Promise<Told | undefined> {
  const { alertId, episode } = alertOf(id);
  const stored = await alerts.get(alertId);
  if (!stored || (episode !== undefined && episode !== stored.value.episode)) return undefined;
  const { value: alert, version } = stored;
  return { kind: 'alert', alert, about: aboutAlert(alert), version, message: describeAlert(alert) };
}

/** A record as it now is; undefined where there is none. */
export async function readTold(stores: NewsStores, about: About): Promise<Told | undefined> {
  switch (about.kind) {
    case 'run': {
      const stored = await stores.runs.get(about.id);
      if (!stored) return undefined;
      const { value: run, version } = stored;
      return { kind: 'run', about, run, version, message: describeRun(run) };
    }
    case 'deployment': {
      const stored = await stores.deployments.get(about.id);
      if (!stored) return undefined;
      const { value: deployment, version } = stored;
      return { kind: 'deployment', about, deployment, version, message: describeDeployment(deployment) };
    }
    case 'alert':
      return readAlert(stores, about.id);
    case 'digest': {
      const digest = await stores.digests.get(about.id);
      return digest && { kind: 'digest', about, digest, version: 1, message: describeDigest(digest) };
    }
    case 'sample':
      return undefined;
    default:
      return about.kind satisfies never;
  }
}

/** The record's present news and version; undefined where there is none to tell. */
export async function readNews(
  stores: NewsStores,
  about: About,
): Promise<{ message: Message; version: number } | undefined> {
  const told = await readTold(stores, about);
  return told?.message && { message: redactMessage(told.message), version: told.version };
}
