import type { Home } from '../service.ts';

const keyOf = ({ account, region }: Home) => `${account} ${region}`;

/** Which other accounts and regions have a rule that sends their events here. */
export function createForwarding(place: Home) {
  const forwarded = new Set<string>();
  return {
    from: (home: Home): void => void forwarded.add(keyOf(home)),
    /** How an event of there comes to the default bus here. */
    wayOf(home: Home): 'own' | 'forwarded' | 'none' {
      if (keyOf(home) === keyOf(place)) return 'own';
      return forwarded.has(keyOf(home)) ? 'forwarded' : 'none';
    },
  };
}
