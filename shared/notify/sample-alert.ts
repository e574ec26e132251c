import { runIdOf } from '../core/ids.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Alert, AlertCause, AlertSubject } from './alert.ts';
import type { Fact } from './message.ts';
import type { NewsKind } from './news-kind.ts';

const minute = 60_000;

interface Sample {
  subject: AlertSubject;
  cause: string;
  hint?: string;
  severity?: AlertCause['severity'];
  facts?: readonly Fact[];
}

const service: AlertSubject = { kind: 'service', name: 'shop-api' };
const batuta = (name: string): AlertSubject => ({ kind: 'batuta', name });
const running = (count: number): Fact[] => [{ label: 'Tasks', value: `${count} of 4 run` }];

const troubles = {
  'service-crash-loop': {
    subject: service,
    cause: 'exit code 1 of container api',
    hint: "read the task's log (/ecs/shop-api)",
    facts: running(1),
  },
  'service-impaired': {
    subject: service,
    cause: 'ECS cannot start its tasks: CannotPullContainerError: shop/api:1.5.0 not found',
    hint: "the image or its platform does not exist: check the repository, the tag and the image's architecture",
    facts: running(2),
  },
  'service-unplaced': {
    subject: service,
    cause: 'ECS finds no place for a task: RESOURCE:FARGATE',
    hint: 'AWS has no capacity there just now: it passes, or use more subnets or another capacity provider',
    facts: running(3),
  },
  'service-unhealthy': {
    subject: service,
    cause: 'Task failed ELB health checks in target group shop-api',
    hint: "the load balancer's health check failed: check its path, its port and the service's grace period",
    facts: running(2),
  },
  'service-short': {
    subject: service,
    cause: '2 of 4 tasks have run for 10 min',
    severity: 'warning',
    facts: running(2),
  },
  'batuta-dead-letters': {
    subject: batuta('dead letters'),
    cause: '3 events lie in the dead-letter queue of follow-task',
    hint: 'look at the log of follow-task, then: batuta notify replay',
  },
  'batuta-channel-failing': {
    subject: batuta('channel team'),
    cause: 'Slack answered token_revoked',
    hint: 'put a valid token into the SSM parameter that channels.team.token names, then: batuta notify test team',
  },
  'batuta-schedules-differ': {
    subject: batuta('schedules'),
    cause: 'Scheduler has no schedule for db-backup',
    hint: 'deploy again with a change to batuta.yml, so that sync-schedules puts it right',
    severity: 'warning',
  },
} satisfies Partial<Record<NewsKind, Sample>>;

function alertOf(kind: NewsKind, { subject, severity = 'error', ...sample }: Sample, at: Instant): Alert {
  const main: AlertCause = {
    kind,
    severity,
    ...sample,
    firstAt: plus(at, -10 * minute),
    lastAt: at,
    count: 13,
    told: 1,
    counted: [],
  };
  return {
    schemaVersion: 1,
    id: `${subject.kind}:${subject.name}`,
    subject,
    state: 'open',
    episode: 1,
    openedAt: plus(at, -10 * minute),
    causes: { sample: main },
    news: '1:first-1',
    tellings: 1,
    toldAt: [],
    heardBy: [],
  };
}

const repeated: Sample = {
  subject: { kind: 'job', name: 'db-backup' },
  cause: 'exit code 1 of container job',
  hint: 'read the log',
};

const over = (alert: Alert, at: Instant): Alert => ({ ...alert, state: 'closed', closedAt: at, news: '1:over' });

const alerts: Partial<Record<NewsKind, (at: Instant) => Alert>> = {
  'run-repeated': (at) => ({
    ...alertOf('run-failed', repeated, at),
    news: '1:more-1',
    fold: { more: 12, since: plus(at, -10 * minute), at },
  }),
  'run-recovered': (at) => ({
    ...over(alertOf('run-failed', repeated, at), at),
    closedBy: { kind: 'run', id: runIdOf('sample', 'db-backup', 'again') },
  }),
  'service-recovered': (at) => over(alertOf('service-crash-loop', troubles['service-crash-loop'], at), at),
  'batuta-recovered': (at) => over(alertOf('batuta-channel-failing', troubles['batuta-channel-failing'], at), at),
};

/** An alert as its record is when it tells that; undefined for news of other records. */
export function sampleAlert(kind: NewsKind, at: Instant): Alert | undefined {
  const sample = (troubles as Partial<Record<NewsKind, Sample>>)[kind];
  return sample ? alertOf(kind, sample, at) : alerts[kind]?.(at);
}
