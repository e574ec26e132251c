import type { Config } from '../config/config.ts';
import { Conflict } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { DeployDeps } from '../deploy/connect.ts';
import type { Alert, AlertSubject, Trouble } from '../notify/alerts/alert.ts';
import { noteTrouble } from '../notify/alerts/alerts.ts';
import type { Records } from '../store/records.ts';
import type { FactDeps } from './service-facts.ts';
import type { Watches } from './watch-store.ts';

export interface WatchDeps extends FactDeps {
  config: Pick<Config, 'services'>;
  alerts: Records<Alert>;
  deployments: DeployDeps['deployments'];
  pointers: Pick<DeployDeps['pointers'], 'get'>;
  watches: Watches;
  now(): Instant;
  sleep(ms: number): Promise<void>;
}

const attempts = 6;

/** A different pause for each, so that those who met do not meet again. */
const pauseMs = (id: string, attempt: number) =>
  attempt * 300 + (Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2003, 7) % 2000);

/** All tasks of a service may die at once, and all of them are counted in one record. @throws Conflict after many tries */
export async function patiently<Result>(
  { sleep }: Pick<WatchDeps, 'sleep'>,
  id: string,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === attempts) throw error;
      await sleep(pauseMs(id, attempt));
    }
  }
}

export type NoteDeps = Pick<WatchDeps, 'alerts' | 'now' | 'sleep'>;

/** It lasts until it is over: people are reminded of it also where nothing new is seen. */
export const note = (deps: NoteDeps, subject: AlertSubject, trouble: Trouble) =>
  patiently(deps, trouble.id, () => noteTrouble(deps.alerts, subject, { ...trouble, lasting: true }, deps.now()));

export const subjectOf = (service: string): AlertSubject => ({ kind: 'service', name: service });
