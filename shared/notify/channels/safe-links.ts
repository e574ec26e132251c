import type { Link } from '../message.ts';
import { cutTo, oneLine } from './text.ts';

const isLoopback = (host: string) => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
const longestUrl = 1500;

function safeUrl(url: string): string | undefined {
  if (url.length > longestUrl || !URL.canParse(url)) return undefined;
  const { protocol, hostname, username, password, href } = new URL(url);
  // Plain http only to our own console on the same machine.
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return undefined;
  return username || password ? undefined : href;
}

/** The links that may be offered to click: https, without credentials, each at most 1500 characters. */
export function safeLinks(links: readonly Link[] = [], most = 6): Link[] {
  const safe = links.flatMap(({ label, url }) => {
    const address = safeUrl(url);
    return address ? [{ label: cutTo(oneLine(label), 80) || 'Link', url: address }] : [];
  });
  return safe.slice(0, most);
}
