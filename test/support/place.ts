import type { Place } from '../../local/cloud/service.ts';

/** The local account with identifiers that count up. */
export function testPlace(): Place {
  let count = 0;
  const digits = (length: number) => (++count).toString(16).padStart(length, '0');
  return {
    account: '123456789012',
    region: 'us-east-1',
    newHexId: () => digits(32),
    newUuid: () => `00000000-0000-4000-8000-${digits(12)}`,
  };
}
