import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { onTestFinished } from 'vitest';
import { virtualClock } from '../../../local/clock.ts';
import { createDispatcher } from '../../../local/cloud/dispatcher.ts';
import { createEvents } from '../../../local/cloud/events/events.ts';
import { startCloudServer } from '../../../local/cloud/server.ts';
import { createSns } from '../../../local/cloud/sns/sns.ts';
import { busesOfOthers } from '../../../shared/aws/buses-of-others.ts';
import type { AwsConnection } from '../../../shared/aws/connection.ts';
import { topicPublisher } from '../../../shared/aws/topics.ts';
import type { ChannelConfig } from '../../../shared/config/config.ts';
import type { ChannelPorts } from '../../../shared/notify/channels/channel.ts';
import { testPlace } from '../place.ts';
import { startDiscord } from './discord-server.ts';
import { startPagerDuty } from './pagerduty-server.ts';
import { portsOf, startReceiver } from './receiver.ts';
import { startSlack } from './slack-server.ts';
import { startTeams } from './teams-server.ts';

const routingKey = '0123456789abcdef0123456789abcdef';
const topic = 'arn:aws:sns:us-east-1:123456789012:news';
const bus = 'arn:aws:events:us-east-1:210987654321:event-bus/operations';

/** SNS and EventBridge by AWS's protocol over HTTP, with their limits. */
async function startAws() {
  const put: unknown[] = [];
  const ports = { place: testPlace(), clock: virtualClock() };
  const sns = createSns(ports);
  const events = createEvents({
    ...ports,
    invoke: () => {},
    deadLetter: () => {},
    onPut: (_bus, event) => put.push(event),
  });
  const server = await startCloudServer({ dispatcher: createDispatcher([sns, events]), port: 0 });
  onTestFinished(() => server.close());
  const credentials = { accessKeyId: 'role', secretAccessKey: 'x' };
  const aws = { endpoint: server.url, region: 'us-east-1', credentials } as unknown as AwsConnection;
  await new SNSClient(aws as object).send(new CreateTopicCommand({ Name: 'news' }));
  return { aws, sns, put };
}

/** Where functions of stage `local` have Slack's and PagerDuty's APIs. */
async function startStandIns(slack: string, pagerDuty: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const { url = '', headers, method = '' } = request;
    const target = url.startsWith('/slack/api/') ? `${slack}${url.slice('/slack/api'.length)}` : pagerDuty;
    const { authorization = '' } = headers;
    const answer = await fetch(target, { method, headers: { authorization }, body: await text(request) });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A channel of every type, each with a server on loopback that enforces its documented limits; until the test ends. */
export async function startEveryChannel({ clock }: { clock?: () => number } = {}) {
  let at = 0;
  const now = clock ?? (() => at);
  const slack = await startSlack({ now });
  onTestFinished(async () => void (await slack.close()));
  const [teams, discord, pagerDuty] = [
    await startTeams(),
    await startDiscord({ now }),
    await startPagerDuty(routingKey),
  ];
  const receiver = await startReceiver(() => ({ status: 204 }));
  const { aws, sns, put } = await startAws();
  const channels: { [Type in ChannelConfig['type']]: ChannelConfig } = {
    slack: { name: 'slack', type: 'slack', token: 'xoxb-test-token', channel: '#deploys' },
    'slack-webhook': { name: 'slack-webhook', type: 'slack-webhook', url: slack.hook },
    teams: { name: 'teams', type: 'teams', url: teams.url },
    discord: { name: 'discord', type: 'discord', url: discord.url },
    pagerduty: { name: 'pagerduty', type: 'pagerduty', routingKey, region: 'us' },
    webhook: { name: 'webhook', type: 'webhook', url: `${receiver.origin}/team`, secrets: [] },
    sns: { name: 'sns', type: 'sns', topic },
    eventbridge: { name: 'eventbridge', type: 'eventbridge', bus },
  };
  const ports: ChannelPorts = portsOf({
    slackApi: slack.api,
    pagerDutyUrl: pagerDuty.url,
    publish: topicPublisher(aws),
    putEvent: busesOfOthers(aws),
    now,
    async sleep(ms) {
      at += ms;
    },
  });
  return {
    channels,
    ports,
    standIns: await startStandIns(slack.api, pagerDuty.url),
    /** What each channel shows, as it came. */
    shown: (): { [Type in ChannelConfig['type']]: unknown[] } => ({
      slack: slack.messages.filter(({ channel }) => channel !== 'C0HOOK'),
      'slack-webhook': slack.messages.filter(({ channel }) => channel === 'C0HOOK'),
      teams: teams.cards,
      discord: [...discord.messages.values()],
      pagerduty: [...pagerDuty.open.values()].flat(),
      webhook: receiver.asked.map(({ body }) => JSON.parse(body)),
      sns: sns.published().map(({ subject, message }) => ({ subject, message: JSON.parse(message) })),
      eventbridge: put,
    }),
    /** Whom they called: nobody, where no route says so. */
    called: () => [
      ...slack.messages.flatMap(({ mentions }) => mentions),
      ...teams.cards.flatMap(({ attachments: [{ content }] }) => content.msteams.entities ?? []),
      ...discord.called,
    ],
    /** What Teams took and does not show. */
    lost: teams.lost,
  };
}
