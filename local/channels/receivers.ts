import type { ChannelConfig, Config } from '../../shared/config/config.ts';
import type { LocalConfig } from '../../shared/config/local-config.ts';

type Declared = LocalConfig['parameters'];
type Channels = Pick<Config, 'channels'>;

const parameterOf = (reference: string) => (reference.startsWith('ssm:') ? reference.slice('ssm:'.length) : undefined);

/** `https, declared`, or `https, in batuta.yml`; undefined where a stand-in is called. */
function howReached(channel: ChannelConfig, declared: Declared): string | undefined {
  if (!('url' in channel)) return undefined;
  const name = parameterOf(channel.url);
  const address = name === undefined ? channel.url : declared[name]?.value;
  if (address === undefined) return undefined;
  const protocol = URL.canParse(address) ? new URL(address).protocol.slice(0, -1) : 'no URL';
  return `${protocol}, ${name === undefined ? 'in batuta.yml' : 'declared'}`;
}

/** Channels that are really called, and how. */
export function realReceivers({ channels }: Channels, declared: Declared): ReadonlyMap<string, string> {
  return new Map(
    Object.values(channels).flatMap((channel) => {
      const how = howReached(channel, declared);
      return how === undefined ? [] : [[channel.name, how]];
    }),
  );
}

/** Standard Webhooks: base64 of 24 to 64 bytes, mostly behind `whsec_`. */
function isSecret(value: string): boolean {
  const base64 = value.trim().replace(/^whsec_/, '');
  const { length } = Buffer.from(base64, 'base64');
  return /^[\w+/-]+={0,2}$/.test(base64) && length >= 24 && length <= 64;
}

/** What a receiver on its own cannot verify: by the secret of a stand-in, or by none of the convention. */
export function unknownSecrets({ channels }: Channels, declared: Declared): string[] {
  return Object.values(channels).flatMap((channel) => {
    if (channel.type !== 'webhook' || howReached(channel, declared) === undefined) return [];
    const named = channel.secrets.flatMap((secret) => parameterOf(secret) ?? []);
    const wrong = named.filter((name) => declared[name] && !isSecret(declared[name].value));
    const missing = named.filter((name) => !declared[name]);
    return [
      ...wrong.map(
        (name) =>
          `channels.${channel.name}: ${name} is no signing secret: whsec_ and base64 of 24 to 64 bytes, as openssl rand -base64 24 makes it`,
      ),
      ...missing.map(
        (name) =>
          `channels.${channel.name}: its receiver is called, but ${name} is made up, so that it cannot verify what is signed; declare it under parameters in batuta.local.yml`,
      ),
    ];
  });
}

export interface ReallyTold {
  event: 'told';
  channel: string;
  how: string;
  /** Else it refused, and nothing more is tried. */
  taken: boolean;
}

/** What became of a delivery to a receiver that shows nothing here. */
export function reallyTold(
  receivers: ReadonlyMap<string, string>,
  event: { 'detail-type': string; detail: unknown },
): ReallyTold | undefined {
  if (event['detail-type'] !== 'Delivery State Change') return undefined;
  const { state, subject: channel } = event.detail as { state: string; subject: string };
  const how = receivers.get(channel);
  if (how === undefined || (state !== 'sent' && state !== 'failed')) return undefined;
  return { event: 'told', channel, how, taken: state === 'sent' };
}
