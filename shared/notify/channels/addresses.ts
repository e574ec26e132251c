import { BlockList, isIP } from 'node:net';

const kindOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `10.0.0.0/8`, `fd12::/16` as a list of Node's, which needs no library. It takes an IPv4-mapped address for the IPv4 one in it. */
function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length] = range.split('/');
    list.addSubnet(network, Number(length), kindOf(network));
  }
  return list;
}

/** IANA IPv4 Special-Purpose Address Registry, and multicast: what is not a machine of the public internet. */
const specialIPv4 = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]);

/**
 * Public IPv6 is 2000::/3 (IANA IPv6 Address Space) but for protocol assignments, documentation, Teredo and 6to4.
 * Mapped, compatible, unique local, link-local, site-local and multicast addresses lie outside of it.
 */
const publicIPv6 = listOf(['2000::/3']);
const specialIPv6 = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/**
 * Never called, whatever the configuration lists: the loopback interface, where Lambda answers for the function
 * itself; link-local addresses and EC2's fd00:ec2::/32, where machines and tasks get credentials; and forms of IPv6
 * that hide any IPv4 address (compatible, Teredo, 6to4).
 */
const never = listOf([
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16'],
  ...['::/96', 'fe80::/10', 'fd00:ec2::/32', '2001::/32', '2002::/16'],
]);

/** In a VPC, DNS64 gives such an address to each name that has only IPv4, also to public ones: RFC 6052, 2.1. */
const nat64 = listOf(['64:ff9b::/96']);

const loopback = listOf(['127.0.0.0/8', '::1/128']);

const isAddress = (text: string) => isIP(text) !== 0 && !text.includes('%');

export const isLoopback = (address: string): boolean => isAddress(address) && loopback.check(address, kindOf(address));

/** An address that NAT64 translates stands for the IPv4 address in its last 32 bits. */
function translated(address: string): string {
  if (kindOf(address) === 'ipv4' || !nat64.check(address, 'ipv6')) return address;
  // The URL parser writes all groups in hex, one run of zeros as `::`.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function isPublic(address: string): boolean {
  if (kindOf(address) === 'ipv4') return !specialIPv4.check(address, 'ipv4');
  return publicIPv6.check(address, 'ipv6') && !specialIPv6.check(address, 'ipv6');
}

/** Why a range of addresses, `10.0.0.0/8`, cannot be listed under `allow`; undefined where it can. */
export function refusalOfRange(range: string): string | undefined {
  const [network = '', length = '', ...more] = range.split('/');
  const isIPv4 = kindOf(network) === 'ipv4';
  const isWhole = isAddress(network) && more.length === 0 && /^\d{1,3}$/.test(length);
  if (!isWhole || Number(length) > (isIPv4 ? 32 : 128))
    return 'is no range of addresses; write one such as 10.20.0.0/16';
  // The widest private networks there are: 10.0.0.0/8 and fc00::/7.
  if (Number(length) < (isIPv4 ? 8 : 7)) return 'is wider than any private network; write one such as 10.20.0.0/16';
  if (never.check(network, kindOf(network)))
    return 'is never called: it is of the loopback interface, link-local, metadata or a tunnel';
  return undefined;
}

/** Why nothing is sent to an address; undefined where it may be. `allow`: ranges of private networks, `10.0.0.0/8`. */
export function refusalOfAddress(given: string, allow: readonly string[] = []): string | undefined {
  if (!isAddress(given)) return 'its host has no proper address';
  const address = translated(given);
  const kind = kindOf(address);
  if (never.check(address, kind))
    return 'its host leads to an address that is never called: loopback, link-local, metadata or a tunnel';
  if (isPublic(address) || listOf(allow).check(address, kind)) return undefined;
  return 'its host leads to an address that is not public; if that is meant, list its range under allow: of a webhook';
}
