import { isIP } from 'node:net';
import { isLoopback, refusalOfAddress } from '../../notify/channels/addresses.ts';
import type { Finding, Path } from '../problem.ts';
import type { YamlChannelType } from '../schema/channel-keys.ts';

/** Whose addresses are known by their host. */
const hosts: readonly [RegExp, YamlChannelType][] = [
  [/^hooks\.slack(-gov)?\.com$/, 'slack'],
  [/^((canary|ptb)\.)?discord(app)?\.com$/, 'discord'],
  [/\.(logic\.azure\.com|api\.powerplatform\.com|webhook\.office\.com)$/, 'teams'],
];

export const ownerOf = (hostname: string): YamlChannelType | undefined =>
  hosts.find(([host]) => host.test(hostname))?.[1];

/** An address that is written out is its type's, no credential, and none that is never called. */
export function checkAddress(
  { type, url, allow = [] }: { type: YamlChannelType; url?: string | undefined; allow?: readonly string[] },
  path: Path,
): Finding[] {
  if (url === undefined || url.startsWith('ssm:') || !URL.canParse(url)) return [];
  const { hostname, pathname } = new URL(url);
  const owner = ownerOf(hostname);
  // Discord also takes Slack's form, there.
  const isMeant = owner === type || (type === 'slack' && pathname.endsWith('/slack'));
  if (owner !== undefined && !isMeant)
    return [{ path, message: `is an address of ${owner}`, write: `write \`type: ${owner}\`` }];
  if (owner !== undefined) return [credential(path)];
  return checkHost(hostname.replace(/^\[(.*)\]$/, '$1'), type, allow, path);
}

const credential = (path: Path): Finding => ({
  path,
  message: 'is a secret: whoever has this address can write to the channel',
  write: 'keep it in Parameter Store, and write for example ssm:/batuta/team-webhook/url',
});

/** On the loopback interface are receivers of the local system. */
function checkHost(host: string, type: YamlChannelType, allow: readonly string[], path: Path): Finding[] {
  if (isIP(host) === 0 || isLoopback(host) || refusalOfAddress(host, allow) === undefined) return [];
  // Whether a list could let it in.
  if (refusalOfAddress(host, [isIP(host) === 6 ? '::/0' : '0.0.0.0/0']) !== undefined)
    return [{ path, message: 'is an address that is never called: link-local, metadata or a tunnel' }];
  const write = type === 'webhook' ? `list its range, such as \`allow: [10.20.0.0/16]\`` : 'write a public one';
  return [{ path, message: 'is a private address, which is not called by itself', write }];
}
