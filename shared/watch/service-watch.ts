import type { StopCause } from '../aws/task.ts';
import type { Instant } from '../core/time.ts';

/** The causes of a service's alert that are found here. */
export const serviceTroubles = ['crash-loop', 'unhealthy', 'impaired', 'unplaced', 'short'] as const;
export type ServiceTrouble = (typeof serviceTroubles)[number];

/** A task that died although nobody wanted it to. */
export interface Death {
  /** The task's ARN. */
  id: string;
  at: Instant;
  cause: StopCause;
  taskDefinitionArn: string;
}

export interface OpenTrouble {
  /** When it was found: what is looked up before that does not end it. */
  foundAt: Instant;
  /** When its first occurrence was. */
  since: Instant;
  /** The deaths that together are the trouble's first occurrence; later ones are counted one by one. */
  ids?: readonly string[];
  /** The later occurrence that ECS and the log were last asked about; the others are only counted. */
  asked?: { id: string; at: Instant };
}

/** What is remembered of a service while something is wrong with it, or may be. Bounded. */
export interface ServiceWatch {
  schemaVersion: 1;
  /** The key in batuta.yml. */
  service: string;
  /** The latest twenty, oldest first. Once a trouble is open, the alert counts the further ones of its kind. */
  deaths: readonly Death[];
  open: Readonly<Partial<Record<ServiceTrouble, OpenTrouble>>>;
  /** Since when fewer tasks than desired were seen to run. */
  shortSince?: Instant;
  /** Deaths up to then belong to a trouble that is over. */
  endedAt?: Instant;
  /** When to look at the service next; absent: nothing is wrong. */
  lookAt?: Instant;
}

export const newWatch = (service: string): ServiceWatch => ({ schemaVersion: 1, service, deaths: [], open: {} });

/** What is in trouble is looked at so often. */
export const lookEveryMs = 5 * 60_000;

/** Whether it is time to ask anew what is known of a trouble that goes on: before each of its tellings, not for each task. */
export const isToAsk = ({ asked, foundAt }: OpenTrouble, now: Instant): boolean =>
  now - (asked?.at ?? foundAt) >= lookEveryMs;
