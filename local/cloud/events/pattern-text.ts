import { BlockList, isIP } from 'node:net';
import { badPattern } from './pattern-problem.ts';

export type TextMatcher = (text: string) => boolean;

export const prefix =
  (start: string): TextMatcher =>
  (text) =>
    text.startsWith(start);
export const suffix =
  (end: string): TextMatcher =>
  (text) =>
    text.endsWith(end);
export const equalsIgnoreCase =
  (expected: string): TextMatcher =>
  (text) =>
    text.toLowerCase() === expected.toLowerCase();
export const prefixIgnoreCase =
  (start: string): TextMatcher =>
  (text) =>
    text.toLowerCase().startsWith(start.toLowerCase());
export const suffixIgnoreCase =
  (end: string): TextMatcher =>
  (text) =>
    text.toLowerCase().endsWith(end.toLowerCase());

/** `*` stands for any text, `\*` and `\\` for themselves. */
export function wildcard(pattern: string): TextMatcher {
  const parts = wildcardParts(pattern);
  const first = parts[0] ?? '';
  if (parts.length === 1) return (text) => text === first;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** The literal parts between the wildcards. Event Ruler counts positions with the opening quote as 0. */
function wildcardParts(pattern: string): string[] {
  const parts = [''];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (char === '*') {
      if (next === '*') badPattern(`Consecutive wildcard characters at pos ${at + 1}`);
      parts.push('');
      continue;
    }
    if (char === '\\' && next !== '*' && next !== '\\') badPattern(`Invalid escape character at pos ${at + 1}`);
    parts[parts.length - 1] += char === '\\' ? next : char;
    if (char === '\\') at++;
  }
  return parts;
}

/** IPv4 and IPv6 ranges such as 10.0.0.0/24. */
export function cidr(range: string): TextMatcher {
  const [address = '', bits = '', ...more] = range.split('/');
  if (!range.includes('/') || more.length) badPattern("Malformed CIDR, one '/' required");
  const version = isIP(address);
  if (version === 0) badPattern(`Nonstandard IP address: ${address}`);
  if (!/^\d{1,3}$/.test(bits)) badPattern('Malformed CIDR, mask bits must be an integer');
  const most = version === 4 ? 32 : 128;
  if (Number(bits) > most) badPattern(`IPv${version} mask bits must be < ${most}`);
  const list = new BlockList();
  list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return (text) => isIP(text) === version && list.check(text, version === 4 ? 'ipv4' : 'ipv6');
}
