import type { Shown } from '../channels/shown.ts';
import type { Scene } from './scene.ts';
import { type Stage, waitFor } from './stage.ts';

/** The news that each receiver of webhooks should have had. A failure that is over before it is told is told with its roll-back. */
const news: [what: string, title: RegExp, times: number][] = [
  ['both runs were told', /^db-backup succeeded/, 2],
  ['the deployment of 1.1.0 was told', /^shop-api 1\.1\.0 is deployed$/, 1],
  ['that somebody has to approve was told', /^shop-api-prod 1\.1\.0 waits for approval$/, 1],
  ['the approved deployment was told', /^shop-api-prod 1\.1\.0 is deployed$/, 1],
  ['the failure of 1.2.0 was told', /^shop-api 1\.2\.0 failed/, 1],
  ['the roll-back was told', /^shop-api 1\.2\.0 failed and was rolled back to 1\.1\.0$/, 1],
];

/** What each deployment's message in Slack says first, and last. */
const lives: [deployment: string, first: RegExp, last: RegExp][] = [
  ['shop-api 1.1.0', /is rolling out$/, /is deployed$/],
  ['shop-api-prod 1.1.0', /waits for approval$/, /is deployed$/],
  ['shop-api 1.2.0', /is rolling out$/, /was rolled back to 1\.1\.0$/],
];

const isMessage = ({ how }: Shown) => how !== 'replied';

/** What one deployment's messages in Slack said, in order. */
function lifeOf({ received }: Stage, deployment: string): Shown[] {
  const about = received.filter(({ type, title }) => type === 'slack' && title.includes(`${deployment} `));
  return about.filter(isMessage);
}

function isWhole(stage: Stage): boolean {
  const count = (title: RegExp) => stage.received.filter((shown) => title.test(shown.title)).length;
  const isOver = ([deployment, , last]: (typeof lives)[number]) =>
    last.test(lifeOf(stage, deployment).at(-1)?.title ?? '');
  return news.every(([, title, times]) => count(title) >= times) && lives.every(isOver);
}

/** Reads what was told, once all of it is there. */
export async function told({ stage, expect }: Scene): Promise<void> {
  await waitFor(() => isWhole(stage) || undefined, 10_000);
  const titles = stage.received.map(({ channel, title }) => `${channel}: ${title}`).join(' | ');
  const atWebhook = stage.received.filter(({ type }) => type === 'webhook');
  for (const [what, title, times] of news)
    expect(what, atWebhook.filter((shown) => title.test(shown.title)).length >= times, titles);
  for (const [deployment, first, last] of lives) {
    const life = lifeOf(stage, deployment);
    const [posted, ...updates] = life;
    const isOne =
      new Set(life.map(({ message }) => message)).size === 1 && updates.every(({ how }) => how === 'updated');
    const isRight = first.test(posted?.title ?? '') && last.test(life.at(-1)?.title ?? '') && updates.length > 0;
    const times = updates.length === 1 ? 'once' : `${updates.length} times`;
    expect(`${deployment} has one message in Slack, updated ${times}`, isOne && isRight, titles);
  }
  const all = stage.received.map(({ channel, how, message, title, lines }) =>
    JSON.stringify([channel, how, how === 'posted' ? '' : message, title, lines]),
  );
  expect('nobody heard the same news twice', new Set(all).size === all.length, titles);
}
