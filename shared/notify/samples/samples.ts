import { type Instant, isoToSecond, plus } from '../../core/time.ts';
import { describeAlert } from '../describe/describe-alert.ts';
import { describeDeployment } from '../describe/describe-deployment.ts';
import { describeDigest } from '../describe/describe-digest.ts';
import { describeRun } from '../describe/describe-run.ts';
import type { Message } from '../message.ts';
import type { NewsKind } from '../news-kind.ts';
import { redactMessage } from '../redact-message.ts';
import { sampleAlert } from './sample-alert.ts';
import { sampleDeployments } from './sample-deployment.ts';
import { sampleDigest } from './sample-digest.ts';
import { sampleRuns } from './sample-run.ts';

type Written = 'environment-awake' | 'environment-asleep' | 'environment-not-woken';

/** What no record makes yet. */
const written: Readonly<Record<Written, (at: Instant) => Omit<Message, 'kind' | 'at'>>> = {
  'environment-awake': () => ({
    severity: 'info',
    title: 'demo is awake',
    subject: 'demo',
    news: 'awake',
    facts: [
      { label: 'Services', value: 'db, shop-api, web' },
      { label: 'Took', value: '2 min 40 s' },
      { label: 'Asked by', value: 'ana' },
    ],
    actions: [{ label: 'Put it to sleep', command: 'batuta sleep demo' }],
  }),
  'environment-asleep': (at) => ({
    severity: 'info',
    title: 'demo sleeps',
    subject: 'demo',
    news: 'asleep',
    facts: [
      { label: 'Services', value: 'web, shop-api, db' },
      { label: 'Wakes', value: isoToSecond(plus(at, 12 * 3_600_000)) },
    ],
    actions: [{ label: 'Wake it', command: 'batuta wake demo' }],
  }),
  'environment-not-woken': () => ({
    severity: 'error',
    title: 'demo could not wake: shop-api is not stable',
    subject: 'demo',
    news: 'not-woken',
    cause: 'shop-api: 0 of 2 tasks run 10 min after it was to wake: exit code 1 of container api',
    hint: "read the task's log (/ecs/shop-api), then: batuta wake demo",
    facts: [
      { label: 'Awake', value: 'db' },
      { label: 'Not started', value: 'web' },
    ],
  }),
};

function described(kind: NewsKind, at: Instant): Message | undefined {
  const [deployment, run, alert] = [sampleDeployments[kind]?.(at), sampleRuns[kind]?.(at), sampleAlert(kind, at)];
  if (deployment) return describeDeployment(deployment);
  if (run) return describeRun(run);
  if (kind === 'digest-summary') return describeDigest(sampleDigest(at));
  return alert && describeAlert(alert);
}

/** A message of that kind, as a record like those that make it would be told at `at`. */
export function sampleMessage(kind: NewsKind, at: Instant): Message {
  const message = described(kind, at) ?? { ...written[kind as Written](at), kind, at };
  return redactMessage(message);
}
