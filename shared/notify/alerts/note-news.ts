import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { AnyDeployment } from '../../deploy/deployment.ts';
import type { Run } from '../../run/run.ts';
import type { Stores } from '../../store/stores.ts';
import type { Message } from '../message.ts';
import { type Audience, repeatsOf } from '../routes/audience.ts';
import type { Alert } from './alert.ts';
import { openCauses } from './alert-parts.ts';
import { noteOver, noteTrouble } from './alerts.ts';
import { troubleOfDeployment } from './trouble-of-deployment.ts';
import { endOfTrouble, troubleOfRun } from './trouble-of-run.ts';

export interface NoteDeps {
  stores: Pick<Stores, 'runs' | 'alerts'>;
  config: Pick<Config, 'routes' | 'channels'>;
  now(): Instant;
}

/** So many of the newest runs are looked through for a success that was told of before the failure. */
const mostLookedAt = 20;

/** Events come in any order: the success that follows this failure may have come before it, when there was no trouble to end. */
async function endedBefore(run: Run, at: Instant, { stores }: NoteDeps): Promise<void> {
  const { values } = await stores.runs.list(`job#${run.job}`, { limit: mostLookedAt });
  const success = values.find(({ state, finishedAt }) => state === 'succeeded' && (finishedAt ?? 0) > at);
  if (success) await end(success, { stores });
}

async function end(run: Run, { stores }: Pick<NoteDeps, 'stores'>): Promise<void> {
  const ended = endOfTrouble(run);
  if (!ended) return;
  const { at, by, asked } = ended;
  await noteOver(stores.alerts, { kind: 'job', name: run.job }, { at, asked, by: { kind: 'run', id: by } });
}

/** A run that is told in full says itself that it is not the first one. */
async function sayHowOften(run: Run, alert: Alert, { stores }: NoteDeps): Promise<void> {
  const count = openCauses(alert).reduce((sum, cause) => sum + cause.count, 0);
  if (count < 2 || run.failures) return;
  const failures = { count, since: alert.openedAt };
  await stores.runs.update(run.id, (known) => (known.failures ? undefined : { ...known, failures }));
}

/**
 * Counts the run's failure, or ends its job's trouble. Resolves with whether a failure is told by the alert, not by its
 * run, and with whom its run is told if not all: the others hear of it by the alert.
 */
export async function noteRun(
  run: Run,
  told: { message: Message; audience: Audience } | undefined,
  deps: NoteDeps,
): Promise<{ folded: boolean; newTo?: readonly string[] }> {
  const trouble = troubleOfRun(run);
  if (!trouble) {
    await end(run, deps);
    return { folded: false };
  }
  const { alerts } = deps.stores;
  const heard = told ? { heardBy: told.audience, repeats: repeatsOf(told.message, deps.config) } : {};
  const alert = await noteTrouble(alerts, { kind: 'job', name: run.job }, { ...trouble, ...heard }, deps.now());
  const cause = Object.values(alert.causes).find(({ first }) => first?.id === run.id);
  if (cause) await sayHowOften(run, alert, deps);
  if (alert.state === 'open' && alert.reopenedAt === trouble.at) await endedBefore(run, trouble.at, deps);
  // The sweep adds what ended a lapse to the lapse itself.
  if (run.recovered) await end(run, deps);
  return { folded: !cause, ...(cause?.firstTo ? { newTo: cause.firstTo } : {}) };
}

/** Counts the deployment's failure, or ends its service's trouble with them; both are told by itself. */
export async function noteDeployment(deployment: AnyDeployment, audience: Audience | undefined, deps: NoteDeps) {
  const { alerts } = deps.stores;
  const subject = { kind: 'deployment' as const, name: deployment.service };
  const trouble = troubleOfDeployment(deployment);
  if (trouble)
    await noteTrouble(alerts, subject, { ...trouble, ...(audience ? { heardBy: audience } : {}) }, deps.now());
  const { state, finishedAt, createdAt, id } = deployment;
  if (state === 'succeeded')
    await noteOver(alerts, subject, {
      at: finishedAt ?? createdAt,
      by: { kind: 'deployment', id },
    });
}
