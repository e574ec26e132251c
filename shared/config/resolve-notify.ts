import type { ChannelConfig, DigestConfig, MuteWindow, RouteConfig, Weekday } from './config.ts';
import { durationMs } from './duration.ts';
import { present } from './records.ts';
import type { ChannelYaml } from './schema/channel.ts';
import type { MuteWindowYaml } from './schema/mute-window.ts';
import type { RouteYaml } from './schema/route.ts';

/** Which keys a type needs was checked: what is absent here is of another type. */
export function resolveChannel(yaml: ChannelYaml, name: string): ChannelConfig {
  const {
    type,
    url = '',
    token,
    channel = '',
    routingKey = '',
    region = 'us',
    topic = '',
    bus = '',
    secret = [],
    allow,
  } = yaml;
  switch (type) {
    case 'webhook':
      return { name, type, url, secrets: [secret].flat(), ...present({ allow }) };
    case 'slack':
      return token === undefined ? { name, type: 'slack-webhook', url } : { name, type, token, channel };
    case 'teams':
    case 'discord':
      return { name, type, url };
    case 'pagerduty':
      return { name, type, routingKey, region };
    case 'sns':
      return { name, type, topic };
    case 'eventbridge':
      return { name, type, bus };
    default:
      return type satisfies never;
  }
}

export function resolveRoute({ when, to, mute, mentions, repeat, digest, ...rest }: RouteYaml): RouteConfig {
  const { severity, kind, ...names } = when;
  return {
    when: present({ severity: severity && [severity].flat(), kind: kind && [kind].flat(), ...names }),
    to,
    only: rest.only,
    continue: rest.continue,
    mute: mute.map(resolveMute),
    mentions,
    repeatMs: durationMs(repeat),
    ...present({ digest: digest && resolveDigest(digest) }),
  };
}

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const weekend: readonly Weekday[] = ['sat', 'sun'];

export function resolveMute({ days = [], from, to, timezone }: MuteWindowYaml): MuteWindow {
  const named = [days].flat().flatMap((day) => (day === 'weekdays' ? weekdays : day === 'weekend' ? weekend : [day]));
  return { days: [...new Set(named)], from, to, timezone };
}

const morning = { day: 'mon', at: '08:00', timezone: 'UTC' } as const;

function resolveDigest(digest: NonNullable<RouteYaml['digest']>): DigestConfig {
  if (typeof digest === 'string') return { ...morning, every: digest === 'daily' ? 'day' : 'week' };
  return { ...morning, ...digest, day: digest.day ?? morning.day };
}
