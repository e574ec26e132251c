import type { ChannelConfig, Config } from '../../shared/config/config.ts';
import type { LocalConfig } from '../../shared/config/local-config.ts';

type Parameters = LocalConfig['parameters'];

const nameIn = (reference: string) => (reference.startsWith('ssm:') ? reference.slice('ssm:'.length) : undefined);

/** What a channel reads from SSM, with what it finds there on this machine. */
function referencesOf(channel: ChannelConfig, serverUrl: string): [reference: string, value: string][] {
  switch (channel.type) {
    case 'webhook':
      return [
        [channel.url, `${serverUrl}/channels/${channel.name}`],
        // Standard Webhooks: whsec_ and base64; of a secret that is none.
        ...channel.secrets.map((secret): [string, string] => [secret, `whsec_${btoa(`no secret: ${channel.name}`)}`]),
      ];
    case 'teams':
    case 'discord':
    case 'slack-webhook':
      return [[channel.url, `${serverUrl}/channels/${channel.name}`]];
    case 'slack':
      return [[channel.token, 'xoxb-of-this-machine']];
    case 'pagerduty':
      return [[channel.routingKey, `key-of-${channel.name}`]];
    case 'sns':
    case 'eventbridge':
      return [];
    default:
      return channel satisfies never;
  }
}

/** Parameters that channels name and nobody declared lead to the stand-ins: no news leaves the machine. */
export function channelParameters(
  { channels }: Pick<Config, 'channels'>,
  declared: Parameters,
  url: string,
): Parameters {
  const named = Object.values(channels).flatMap((channel) =>
    referencesOf(channel, url).flatMap(([reference, value]) => {
      const name = nameIn(reference);
      return name === undefined ? [] : [[name, { value, type: 'String' as const }] as const];
    }),
  );
  return { ...Object.fromEntries(named), ...declared };
}

/** Each PagerDuty channel's routing key, by the channel's name. */
export const routingKeys = ({ channels }: Pick<Config, 'channels'>, parameters: Parameters): Record<string, string> =>
  Object.fromEntries(
    Object.values(channels).flatMap((channel) => {
      if (channel.type !== 'pagerduty') return [];
      const name = nameIn(channel.routingKey);
      return [[channel.name, name === undefined ? channel.routingKey : (parameters[name]?.value ?? '')]];
    }),
  );
