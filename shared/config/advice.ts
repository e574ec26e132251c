import { isLoopback } from '../notify/channels/addresses.ts';
import { familiesOf } from '../notify/routes/routes.ts';
import { awsRegions } from './aws-regions.ts';
import { ownerOf } from './checks/channel-address.ts';
import type { ChannelConfig, Config, RouteConfig } from './config.ts';
import { suggestName } from './nearest.ts';
import type { Finding, Path } from './problem.ts';

type Notify = Pick<Config, 'channels' | 'routes'>;

/** What is possible, and hardly meant: nothing of it keeps a configuration from being used. */
export function adviceOn({ channels, routes }: Notify): Finding[] {
  const named = new Set(routes.flatMap(({ to }) => to));
  return [
    ...Object.values(channels).flatMap((channel) => {
      const path = ['channels', channel.name];
      return [
        ...(named.has(channel.name) ? [] : [untold(path)]),
        ...ofAddress(channel, path),
        ...ofRegion(channel, path),
      ];
    }),
    ...routes.flatMap((route, i) => {
      const path = ['routes', i];
      return [...ofTwice(route, path), ...ofPagerDuty(route, channels, path), ...ofEnvironments(route, path)];
    }),
  ];
}

const untold = (path: Path): Finding => ({
  path,
  message: 'is never told anything: no route names it',
  write: 'name it in `to` of a route, or remove it',
});

function ofAddress(channel: ChannelConfig, at: Path): Finding[] {
  if (!('url' in channel) || !URL.canParse(channel.url) || channel.url.startsWith('ssm:')) return [];
  const { type, url } = channel;
  const path = [...at, 'url'];
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || isLoopback(host)) return [{ path, message: 'is called by the local system only' }];
  if ((type !== 'teams' && type !== 'discord') || ownerOf(host) === type) return [];
  return [{ path, message: `is on no host that is known of ${type}`, write: 'look whether it was copied whole' }];
}

function ofRegion(channel: ChannelConfig, at: Path): Finding[] {
  const [key, arn] = channel.type === 'sns' ? ['topic', channel.topic] : ['bus', 'bus' in channel ? channel.bus : ''];
  const region = arn.split(':')[3];
  if (region === undefined || awsRegions.includes(region)) return [];
  const write = suggestName(region, awsRegions);
  return [{ path: [...at, key], message: `there is no known region \`${region}\``, ...(write ? { write } : {}) }];
}

const ofTwice = ({ to }: RouteConfig, at: Path): Finding[] =>
  to.flatMap((name, i) =>
    to.indexOf(name) === i
      ? []
      : [{ path: [...at, 'to', i], message: `names \`${name}\` a second time; it hears once`, write: 'remove it' }],
  );

/** Routes may name environments before there are any. */
function ofEnvironments({ when }: RouteConfig, at: Path): Finding[] {
  const families = familiesOf(when);
  if (families.length !== 1 || families[0] !== 'environment') return [];
  return [{ path: [...at, 'when'], message: 'is of environments, of which nothing tells yet' }];
}

const deaf = 'reaches PagerDuty only, which is told of troubles and their end and of nothing else';

function ofPagerDuty({ to, when, digest }: RouteConfig, channels: Notify['channels'], at: Path): Finding[] {
  if (!to.every((name) => channels[name]?.type === 'pagerduty')) return [];
  const write = 'name another channel in `to`';
  if (digest) return [{ path: [...at, 'digest'], message: deaf, write }];
  const isOnly = (values: readonly string[] | undefined, value: string) =>
    values?.every((each) => each === value) === true;
  if (isOnly(when.kind, 'digest')) return [{ path: [...at, 'when', 'kind'], message: deaf, write }];
  return isOnly(when.severity, 'info') ? [{ path: [...at, 'when', 'severity'], message: deaf, write }] : [];
}
