import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOfAddress } from '../../../../shared/notify/channels/addresses.ts';

/** First address and length, as the registries have them. */
const forbidden: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const numberOf = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const ipOf = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
const hexOf = (ip: string) => {
  const number = numberOf(ip);
  return `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`;
};

const forbiddenIPv4 = fc
  .constantFrom(...forbidden)
  .chain(([first, length]) => fc.nat(2 ** (32 - length) - 1).map((offset) => ipOf(numberOf(first) + offset)));
const isForbidden = (number: number) =>
  forbidden.some(([first, length]) => number >= numberOf(first) && number < numberOf(first) + 2 ** (32 - length));
const publicIPv4 = fc
  .nat(2 ** 32 - 1)
  .filter((number) => !isForbidden(number) && !ipOf(number).startsWith('192.88.99.'))
  .map(ipOf);

describe('an address', () => {
  test('that is not public is refused in every form', () => {
    const check = (ip: string) => {
      const hex = hexOf(ip);
      const forms = [`::ffff:${ip}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${hex}`, `::${hex}`, `64:ff9b::${hex}`];
      const tunnels = [`2002:${hex}::1`, `2001:0:${hex}::1`, `2001:0:1::${hex}`];
      for (const form of [ip, ...forms, ...tunnels]) expect(refusalOfAddress(form), form).toBeDefined();
    };
    fc.assert(fc.property(forbiddenIPv4, check), { numRuns: 300 });
  });

  test('that is public is called, also where DNS64 translates it', () => {
    const check = (ip: string) => {
      for (const form of [ip, `64:ff9b::${hexOf(ip)}`]) expect(refusalOfAddress(form), form).toBeUndefined();
    };
    fc.assert(fc.property(publicIPv4, check), { numRuns: 300 });
  });

  test.each(['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '127.0.0.1', '::1', '::', '0.0.0.0', 'fe80::1'])(
    'such as %s is never called, whatever is listed',
    (address) => {
      expect(refusalOfAddress(address, ['0.0.0.0/0', '::/0'])).toMatch(/never called/);
    },
  );

  test.each([
    'fc00::1',
    'fdff::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '64:ff9b:1::1',
  ])('of IPv6 that is not public, such as %s, is refused', (address) => {
    expect(refusalOfAddress(address)).toMatch(/not public.*allow:/);
  });

  test.each(['2600:1f18::1', '2606:4700::7f00:1', '2a00:1450:4001::200e'])('such as %s is public', (address) => {
    expect(refusalOfAddress(address)).toBeUndefined();
  });

  test('of a listed range is called, one beside it not', () => {
    const allow = ['10.1.0.0/16', 'fd12::/16', '172.16.0.9/32'];
    for (const listed of ['10.1.255.1', '::ffff:10.1.2.3', '64:ff9b::a01:203', 'fd12::5', '172.16.0.9'])
      expect(refusalOfAddress(listed, allow), listed).toBeUndefined();
    for (const other of ['10.2.0.1', '::ffff:10.2.2.3', '64:ff9b::a02:203', 'fd13::5', '172.16.0.8', '192.168.0.1'])
      expect(refusalOfAddress(other, allow), other).toMatch(/not public/);
  });

  test.each(['', 'localhost', '10.0.0', '1.2.3.4%eth0', 'fe80::1%eth0', '127.0.0.1\0'])('%j is none', (text) => {
    expect(refusalOfAddress(text, ['0.0.0.0/0'])).toBe('its host has no proper address');
  });
});
