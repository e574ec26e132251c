import { runIdOf } from '../../core/ids.ts';
import { type Instant, plus } from '../../core/time.ts';
import type { Alert, AlertCause, AlertSubject } from '../alerts/alert.ts';
import { hintForChannel } from '../deliver/deliver-troubles.ts';
import type { About } from '../deliver/delivery.ts';
import { functionLogLink, logLink, queueLink, serviceLink, taskLink } from '../describe/links.ts';
import type { Fact, Link, LogTail } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';

const minute = 60_000;

interface Sample {
  subject: AlertSubject;
  cause: string;
  hint?: string;
  facts?: readonly Fact[];
  logTails?: readonly LogTail[];
  links?: readonly Link[];
  /** Of the occurrences, which are all told; absent: one. */
  count?: number;
  latest?: About;
}

const service: AlertSubject = { kind: 'service', name: 'shop-api' };
const batuta = (name: string): AlertSubject => ({ kind: 'batuta', name });
const running = (count: number): Fact[] => [
  { label: 'Cluster', value: 'prod' },
  { label: 'Tasks', value: `${count} of 4 run` },
];
const revision: Fact = { label: 'Revision', value: 'shop-api:42 (1.5.0)' };
const queue = 'batuta-prod-follow-task';
const queueUrl = `https://sqs.eu-west-1.amazonaws.com/111122223333/${queue}-dead-letters`;
const ofAccount = 'arn:aws:ecs:eu-west-1:111122223333';
const taskId = '405cdabe0b3f4a0b9d1d5d2f0c6a7e11';
const task = `${ofAccount}:task/prod/${taskId}`;
const serviceLinks = serviceLink('prod', 'shop-api', task);
const deathLinks = [
  ...logLink({ group: '/ecs/shop-api', stream: `api/api/${taskId}` }, task),
  ...taskLink(task),
  ...serviceLinks,
];

/** In the words of shared/watch, and of deliver-troubles.ts. */
const troubles = {
  'service-crash-loop': {
    subject: service,
    cause: 'exit code 1 of container api',
    hint: 'read the log',
    count: 3,
    facts: [
      ...running(1),
      { label: 'Died first', value: '3 tasks within 1 min 40 s: exit code 1 of container api' },
      revision,
      { label: 'Log', value: '/ecs/shop-api' },
    ],
    logTails: [
      {
        label: `task ${taskId.slice(0, 8)} of shop-api`,
        lines: [
          'listening on 0.0.0.0:8080',
          'connecting to postgres://[redacted]@db:5432/shop',
          'Error: connect ECONNREFUSED 10.0.12.7:5432',
          '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
        ],
      },
    ],
    links: deathLinks,
  },
  'service-impaired': {
    subject: service,
    cause: 'ECS cannot start its tasks consistently',
    hint: "look at the service's events and stopped tasks in ECS",
    facts: running(2),
    links: serviceLinks,
  },
  'service-unplaced': {
    subject: service,
    cause: 'AWS has no Fargate capacity there just now (RESOURCE:FARGATE)',
    hint: 'it passes; use subnets in more zones, or FARGATE beside FARGATE_SPOT',
    facts: running(3),
    links: serviceLinks,
  },
  'service-unhealthy': {
    subject: service,
    cause: 'Task failed ELB health checks in target group shop-api',
    hint: "the load balancer's health check failed: check its path, its port and the service's grace period",
    count: 2,
    facts: [
      ...running(2),
      { label: 'Died first', value: '2 tasks within 45 s: Task failed ELB health checks in target group shop-api' },
      revision,
      { label: 'Log', value: '/ecs/shop-api' },
    ],
    links: deathLinks,
  },
  'service-short': {
    subject: service,
    cause: '2 of 4 tasks have run for 5 min 0 s',
    hint: "look at the service's events in ECS: what keeps it from starting the others",
    facts: [...running(2), revision],
    links: serviceLinks,
  },
  'batuta-dead-letters': {
    subject: batuta('dead letters'),
    cause: `${queue} gave up 3 letters: Lambda or EventBridge tried as often as it does`,
    hint: [
      `read them: aws sqs receive-message --queue-url ${queueUrl} --message-attribute-names All --max-number-of-messages 10`,
      `once the cause is mended, repeat one: aws lambda invoke --function-name ${queue} --invocation-type Event --cli-binary-format raw-in-base64-out --payload "$BODY" /dev/null`,
      `then empty the queue: aws sqs purge-queue --queue-url ${queueUrl}`,
    ].join('; '),
    count: 3,
    facts: [{ label: `${queue}-dead-letters`, value: '3 letters' }],
    links: [...queueLink(queueUrl), ...functionLogLink(queue, queueUrl)],
  },
  'batuta-channel-failing': {
    subject: batuta('channel team'),
    cause:
      "The channel team takes no notifications: Slack answered token_revoked; install the app again and put the bot's new token into its parameter",
    hint: hintForChannel({ name: 'team', type: 'slack', token: 'ssm:/batuta/slack/token', channel: 'C0123456789' }),
  },
  'batuta-schedules-differ': {
    subject: batuta('schedules'),
    cause: '1 schedule is otherwise in EventBridge Scheduler: batuta-prod-db-backup (changed)',
    hint: 'somebody changed them by hand, or the last deployment could not write them: deploy the stack again with a changed batuta.yml, or put them back in Scheduler',
    facts: [{ label: 'Schedules', value: 'batuta-prod-db-backup (changed)' }],
  },
} satisfies Partial<Record<NewsKind, Sample>>;

function alertOf(kind: NewsKind, { subject, count = 1, ...sample }: Sample, at: Instant): Alert {
  const main: AlertCause = {
    kind,
    severity: 'error',
    ...sample,
    firstAt: plus(at, -10 * minute),
    lastAt: at,
    count,
    told: count,
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
  count: 13,
  latest: { kind: 'run', id: runIdOf('sample', 'db-backup', 'latest') },
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
