import type { ChannelConfig, Config } from '../../shared/config/config.ts';
import { discordStandIn } from './discord.ts';
import { pagerDutyStandIn } from './pagerduty.ts';
import type { Answered, Asked, Shown, StandIn } from './shown.ts';
import { slackHookStandIn, slackStandIn } from './slack.ts';
import { teamsStandIn } from './teams.ts';
import { webhookStandIn } from './webhook.ts';

/** For channels with an address of their own; the others are told by an API, a topic or a bus. */
function standInOf({ type }: ChannelConfig, now: () => number): StandIn | undefined {
  switch (type) {
    case 'webhook':
      return webhookStandIn();
    case 'teams':
      return teamsStandIn();
    case 'discord':
      return discordStandIn();
    case 'slack-webhook':
      return slackHookStandIn(now);
    case 'slack':
    case 'pagerduty':
    case 'sns':
    case 'eventbridge':
      return undefined;
    default:
      return type satisfies never;
  }
}

const nobody: Answered = { status: 404 };

/**
 * The channels' servers on this machine, as strict as what they stand for: `/channels/NAME` are webhooks,
 * `/slack/api/METHOD` is Slack's Web API, `/pagerduty` Events v2. `keys`: the routing keys of channels, by name.
 */
export function channelStandIns(
  { channels }: Pick<Config, 'channels'>,
  keys: Readonly<Record<string, string>>,
  onShown: (shown: Shown) => void,
  now: () => number = Date.now,
): (asked: Asked) => Answered {
  const all = Object.values(channels);
  const hooks = new Map(all.map((channel) => [channel.name, { channel, answer: standInOf(channel, now) }]));
  const slack = slackStandIn(now);
  const pagerDuty = pagerDutyStandIn();
  const show = (answered: Answered, channel: ChannelConfig | undefined): Answered => {
    if (answered.seen && channel) onShown({ ...answered.seen, channel: channel.name, type: channel.type });
    return answered;
  };
  return (asked) => {
    const [, group = '', name = '', path = ''] =
      /^\/(channels|slack|pagerduty)(?:\/([^/]*)(.*))?$/.exec(asked.path) ?? [];
    if (group === 'slack') {
      const answered = slack.call(path.slice(1), asked);
      return show(
        answered,
        all.find((channel) => channel.type === 'slack' && channel.channel === answered.place),
      );
    }
    if (group === 'pagerduty') {
      const { routing_key: key } = JSON.parse(asked.body) as { routing_key?: string };
      return show(
        pagerDuty(asked),
        all.find((channel) => channel.type === 'pagerduty' && keys[channel.name] === key),
      );
    }
    const hook = hooks.get(decodeURIComponent(name));
    return hook?.answer ? show(hook.answer({ ...asked, path }), hook.channel) : nobody;
  };
}
