import type { Config } from '../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { AnyDeployment } from '../../deploy/deployment.ts';
import { type Run, terminalRunStates } from '../../run/run.ts';
import type { Stores } from '../../store/stores.ts';
import { withDelivery } from '../deliver/with-delivery.ts';
import type { Message } from '../message.ts';
import { type Audience, repeatsOf } from '../routes/audience.ts';
import { standing } from '../routes/hearers.ts';
import type { Alert } from './alert.ts';
import { countOf, openCauses } from './alert-parts.ts';
import { noteOver, noteTrouble } from './alerts.ts';
import type { Over } from './decide-over.ts';
import { troubleOfDeployment } from './trouble-of-deployment.ts';
import { endOfTrouble, troubleOfRun } from './trouble-of-run.ts';

export interface NoteDeps {
  stores: Pick<Stores, 'runs' | 'alerts' | 'deliveries'>;
  config: Pick<Config, 'routes' | 'channels'>;
  now(): Instant;
}

/** What a record tells, and who hears it. */
export interface Heard {
  message: Message;
  audience: Audience;
}

/** `folded`: a failure is told by the alert, not by its record; `newTo`: its record tells it only these, the others hear of it by the alert. */
export interface Noted {
  folded: boolean;
  newTo?: readonly string[];
}

/** So many of the newest runs are looked through for a success that was told of before the failure. */
const mostLookedAt = 20;

/** Events come in any order: the success that follows this failure may have come before it, when there was no trouble to end. */
async function endedBefore(run: Run, at: Instant, { stores }: NoteDeps): Promise<void> {
  const { values } = await stores.runs.list(`job#${run.job}`, { limit: mostLookedAt });
  const success = values.find(({ state, finishedAt }) => state === 'succeeded' && (finishedAt ?? 0) > at);
  if (success) await end(success, {}, { stores });
}

/** `own`: whom the run tells so itself, where that is known. */
async function end(run: Run, own: Pick<Over, 'toldTo' | 'correctedOn'>, { stores }: Pick<NoteDeps, 'stores'>) {
  const ended = endOfTrouble(run);
  if (!ended) return;
  const { at, by, asked } = ended;
  const over = { at, asked, by: { kind: 'run', id: by } as const, ...(by === run.id ? own : {}) };
  await noteOver(stores.alerts, { kind: 'job', name: run.job }, over);
}

/** Who hears of the record's news by itself: in a silence only those that know of the record. */
async function toldByItself(id: string, heard: Heard | undefined, { stores }: Pick<NoteDeps, 'stores'>) {
  const { channels, silencedUntil } = heard?.audience ?? { channels: [] };
  return silencedUntil === undefined ? channels : withDelivery(channels, id, stores);
}

/** Where the message of a run that was late or missed says by now how that ended. */
async function correctedOn({ id, late, missed }: Run, { stores, config }: NoteDeps): Promise<string[]> {
  if (!late && missed === undefined) return [];
  return withDelivery(standing(config), id, stores, ({ handle }) => handle !== undefined);
}

/** A run that is told in full says itself that it is not the first one. */
async function sayHowOften(run: Run, alert: Alert, { stores }: NoteDeps): Promise<void> {
  // Whoever waits or was missed has not failed.
  const count = countOf(openCauses(alert).filter(({ askedAt }) => askedAt === undefined));
  if (count < 2 || run.failures || !terminalRunStates.has(run.state)) return;
  const failures = { count, since: alert.openedAt };
  await stores.runs.update(run.id, (known) => (known.failures ? undefined : { ...known, failures }));
}

const ownEnd = async (run: Run, told: Heard | undefined, deps: NoteDeps) => ({
  toldTo: await toldByItself(run.id, told, deps),
  correctedOn: await correctedOn(run, deps),
});

/** Counts the run's failure, or ends its job's trouble. */
export async function noteRun(run: Run, told: Heard | undefined, deps: NoteDeps): Promise<Noted> {
  const trouble = troubleOfRun(run);
  if (!trouble) {
    if (endOfTrouble(run)) await end(run, await ownEnd(run, told, deps), deps);
    return { folded: false };
  }
  const { alerts } = deps.stores;
  const heard = told ? { heardBy: told.audience, repeats: repeatsOf(told.message, deps.config) } : {};
  const alert = await noteTrouble(alerts, { kind: 'job', name: run.job }, { ...trouble, ...heard }, deps.now());
  // The run may have been late before it failed: each is told or folded by itself.
  const known = alert.causes[trouble.key] ?? alert.causes.other;
  const cause = known?.first?.id === run.id ? known : undefined;
  if (cause) await sayHowOften(run, alert, deps);
  if (alert.state === 'open' && alert.reopenedAt === trouble.at) await endedBefore(run, trouble.at, deps);
  // The sweep adds what ended a lapse to the lapse itself.
  if (run.recovered) await end(run, await ownEnd(run, told, deps), deps);
  return { folded: !cause, ...(cause?.firstTo ? { newTo: cause.firstTo } : {}) };
}

/** Counts the deployment's failure, or ends its service's trouble with them; both are told by itself, but for what a silence held back. */
export async function noteDeployment(
  deployment: AnyDeployment,
  told: Heard | undefined,
  deps: NoteDeps,
): Promise<Noted> {
  const { alerts } = deps.stores;
  const subject = { kind: 'deployment' as const, name: deployment.service };
  const trouble = troubleOfDeployment(deployment);
  const { state, finishedAt, createdAt, id } = deployment;
  if (trouble) {
    const occurred = { ...trouble, ...(told ? { heardBy: told.audience } : {}) };
    const { heldBack = [] } = await noteTrouble(alerts, subject, occurred, deps.now());
    return { folded: heldBack.includes(id) };
  }
  if (state === 'succeeded')
    await noteOver(alerts, subject, {
      at: finishedAt ?? createdAt,
      by: { kind: 'deployment', id },
      toldTo: await toldByItself(id, told, deps),
    });
  return { folded: false };
}
