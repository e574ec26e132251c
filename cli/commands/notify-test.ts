import type { TestAnswer } from '../../shared/api/channel-test.ts';
import type { DeliveryView } from '../../shared/api/delivery-view.ts';
import { toInstant } from '../../shared/core/time.ts';
import { type NewsKind, newsKinds } from '../../shared/notify/news-kind.ts';
import { testIncident } from '../../shared/notify/samples/test-message.ts';
import { type Api, apiSynopsis } from '../api.ts';
import { apiCommand } from '../arguments.ts';
import { type Terminal, UsageError } from '../command.ts';
import { localTime } from '../print.ts';
import { readKind } from '../read-kind.ts';
import { jsonText } from '../safe-terminal.ts';

/** A channel takes a message or two a second, and somebody's news may wait before. */
const patienceMs = 60_000;
const pauseMs = 500;

export const notifyTest = apiCommand({
  name: 'notify test',
  synopsis: `CHANNEL [--kind KIND | --all] ${apiSynopsis}`,
  summary: 'have a deployed channel told a sample (deployment-failed), and wait for what becomes of it',
  options: { kind: { type: 'string' }, all: { type: 'boolean', default: false } },
  names: [1, 1],
  async act({ names: [channel = ''], values: { kind, all }, json }, api, terminal) {
    if (all && kind !== undefined) throw new UsageError('--all sends every kind; leave --kind out');
    const kinds = all ? closersLast() : [readKind(kind ?? 'deployment-failed')];
    const outcomes: Outcome[] = [];
    for (const each of kinds) {
      const outcome = await send(api, channel, each, terminal);
      outcomes.push(outcome);
      terminal.out(json ? jsonText(outcome.notification) : outcome.words);
      // What refuses one refuses the others: a wrong token, a wrong address.
      if (!outcome.ok) break;
    }
    return outcomes.every(({ ok }) => ok) ? 0 : 1;
  },
});

interface Outcome {
  ok: boolean;
  notification: DeliveryView;
  words: string;
}

async function send(api: Api, channel: string, kind: NewsKind, terminal: Terminal): Promise<Outcome> {
  const made = (await api.post(`/channels/${encodeURIComponent(channel)}/test`, { kind })) as TestAnswer;
  const { state, notification } = await settled(api, made.notification, terminal);
  const words = `${channel}: the sample of ${kind} ${inWords(state, notification, made)}`;
  return { ok: state === 'sent', notification, words };
}

type State = DeliveryView['state'] | 'retried';

/** Once it was sent, refused or tried in vain; or after a minute as it then is. */
async function settled(api: Api, sent: DeliveryView, { sleep = wait }: Terminal) {
  let notification = sent;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    if (notification.state !== 'pending') return { state: notification.state as State, notification };
    if (notification.lastError !== undefined) return { state: 'retried' as State, notification };
    if (waitedMs >= patienceMs) return { state: 'pending' as State, notification };
    await sleep(pauseMs);
    const path = `/notifications/${encodeURIComponent(sent.id)}`;
    ({ notification } = (await api.get(path)) as { notification: DeliveryView });
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function inWords(state: State, { lastError, nextAttemptAt }: DeliveryView, { kind, type }: TestAnswer): string {
  switch (state) {
    case 'sent':
      return type === 'pagerduty' ? asIncident(kind) : 'was sent';
    case 'failed':
      return `was refused: ${lastError}`;
    case 'retried':
      return `was not taken: ${lastError}; it is tried again${nextAttemptAt ? ` at ${localTime(nextAttemptAt)}` : ''}`;
    case 'pending':
      return 'still waits after a minute: the channel pauses, or has much to say; batuta notify pending shows it';
    default:
      return state satisfies never;
  }
}

/** Who is called by a test wants to know how to end it. */
function asIncident(kind: NewsKind): string {
  const incident = testIncident(kind, toInstant(0));
  if (!incident) return 'is none for PagerDuty, which is told of troubles and their end only';
  if (incident.state === 'closed') return 'was sent: it closes the incident of a test before';
  return `was sent: it opens an incident, which ${incident.by ? `--kind ${incident.by} closes` : 'nothing but you closes there'}`;
}

/** What closes incidents comes after what opens them. */
const closersLast = () => newsKinds.toSorted((a, b) => Number(closes(a)) - Number(closes(b)));

function closes(kind: NewsKind): boolean {
  return testIncident(kind, toInstant(0))?.state === 'closed';
}
