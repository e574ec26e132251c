interface Item {
  capacityProvider?: string | undefined;
  base?: number | undefined;
  weight?: number | undefined;
}

/** Where one task goes: to the provider with a base, else to the one with the greatest weight. */
export function capacityProviderOf(strategy: readonly Item[] = []): string | undefined {
  const byWeight = [...strategy].sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0));
  return (strategy.find(({ base = 0 }) => base > 0) ?? byWeight[0])?.capacityProvider;
}
