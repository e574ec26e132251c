import type { QueueLengths } from '../aws/queue-length.ts';
import { forEachInTurn } from '../deploy/each.ts';
import type { AlertSubject, Trouble } from '../notify/alerts/alert.ts';
import { noteOver } from '../notify/alerts/alerts.ts';
import { functionLogLink, queueLink } from '../notify/describe/links.ts';
import { note, patiently, type WatchDeps } from './watch-deps.ts';

export interface LetterDeps extends WatchDeps {
  queues: QueueLengths;
  /** URLs of the stack's dead-letter queues. */
  deadLetterQueues: readonly string[];
}

interface Letters {
  url: string;
  count: number;
}

const subject: AlertSubject = { kind: 'batuta', name: 'dead letters' };
const key = 'dead-letters';
/** Further ones are in the facts, not in the count. */
const mostCounted = 50;
const mostFacts = 8;

const queueOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
const inWords = (count: number) => `${count} ${count === 1 ? 'letter' : 'letters'}`;

/** Whose events the queue holds: the function's whole name. What Scheduler could not hand over was for `start-scheduled-run`. */
const functionOf = (url: string) =>
  queueOf(url)
    .replace(/-dead-letters$/, '')
    .replace(/-schedules$/, '-start-scheduled-run');

/**
 * StartMessageMoveTask does not take queues that Lambda and EventBridge write to (API reference), so a letter goes back
 * by hand: its body is the event.
 */
function hintOf(url: string): string {
  return [
    `read them: aws sqs receive-message --queue-url ${url} --message-attribute-names All --max-number-of-messages 10`,
    `once the cause is mended, repeat one: aws lambda invoke --function-name ${functionOf(url)} --invocation-type Event --cli-binary-format raw-in-base64-out --payload "$BODY" /dev/null`,
    `then empty the queue: aws sqs purge-queue --queue-url ${url}`,
  ].join('; ');
}

/** The trouble that the letters of one queue are; each letter counts once, however often it is looked at. */
export function troubleOfLetters({ url, count }: Letters, all: readonly Letters[], at: Trouble['at']): Trouble {
  const letter = (number: number) => `${queueOf(url)} ${number}`;
  const also = Array.from({ length: Math.min(count, mostCounted) - 1 }, (_, index) => letter(count - 1 - index));
  const facts = all.map((queue) => ({ label: queueOf(queue.url), value: inWords(queue.count) }));
  return {
    key,
    kind: 'batuta-dead-letters',
    cause: `${functionOf(url)} gave up ${inWords(count)}: Lambda or EventBridge tried as often as it does`,
    hint: hintOf(url),
    facts: facts.slice(0, mostFacts),
    links: [...queueLink(url), ...functionLogLink(functionOf(url), url)],
    id: letter(count),
    also,
    at,
  };
}

/** Tells what lies in the dead-letter queues, and when all of them are empty. @throws what could not be asked */
export async function watchDeadLetters(deps: LetterDeps): Promise<void> {
  const now = deps.now();
  const letters: Letters[] = [];
  const ask = () =>
    forEachInTurn(deps.deadLetterQueues, async (url) => {
      letters.push({ url, count: await deps.queues.lengthOf(url) });
    });
  const tell = async () => {
    const lying = letters.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
    await forEachInTurn(lying.toReversed(), async (queue) => {
      await note(deps, subject, troubleOfLetters(queue, lying, now));
    });
    // One that could not be asked may hold some.
    if (lying.length === 0 && letters.length === deps.deadLetterQueues.length)
      await patiently(deps, key, () => noteOver(deps.alerts, subject, { at: now, causes: [key] }));
  };
  await forEachInTurn([ask, tell], (step) => step());
}
