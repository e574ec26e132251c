import type { Link } from '../message.ts';
import { refusalOf } from './http.ts';
import { cutTo, oneLine } from './text.ts';

const longestUrl = 1500;

/** Plain http only to our own console on the same machine. */
const safeUrl = (url: string): string | undefined =>
  url.length <= longestUrl && refusalOf(url, true) === undefined ? new URL(url).href : undefined;

/** The links that may be offered to click: https, without credentials, each at most 1500 characters. */
export function safeLinks(links: readonly Link[] = [], most = 6): Link[] {
  const safe = links.flatMap(({ label, url }) => {
    const address = safeUrl(url);
    return address ? [{ label: cutTo(oneLine(label), 80) || 'Link', url: address }] : [];
  });
  return safe.slice(0, most);
}
