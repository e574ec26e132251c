import { z } from 'zod';
import { isFargate } from '../capacity.ts';
import { nearestName, suggestName } from '../nearest.ts';
import { section } from './section.ts';

const FARGATE = ['FARGATE', 'FARGATE_SPOT'];

/** Source: ECS API reference, CreateCapacityProvider `name`. A misspelt FARGATE would mean EC2 instances. */
const providerName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}$/, {
    error: 'is no capacity provider; write FARGATE, FARGATE_SPOT or the name of one of the cluster, not an ARN',
  })
  .refine((name) => isFargate(name) || !(/^(fargate|ecs|aws)/i.test(name) || nearestName(name, FARGATE)), {
    error: ({ input }) => `is no capacity provider; ${suggestName(String(input), FARGATE)}`,
  });

/** Source: ECS API reference, CapacityProviderStrategyItem. */
const provider = section(
  {
    provider: providerName.meta({ description: 'Its name.', examples: ['FARGATE_SPOT'] }),
    weight: z
      .int()
      .min(0, { error: 'must be 0 to 1000' })
      .max(1000, { error: 'must be 0 to 1000' })
      .default(1)
      .meta({ description: "Its share of the tasks beyond every provider's `base`." }),
    base: z
      .int()
      .min(0, { error: 'must be 0 to 100000' })
      .max(100_000, { error: 'must be 0 to 100000' })
      .default(0)
      .meta({ description: 'As in ECS: so many tasks of one RunTask go here first; a run is one task.' }),
  },
  [],
  { capacityProvider: 'provider', name: 'provider' },
);

const providers = z
  .array(provider.meta({ examples: [{ provider: 'FARGATE_SPOT', weight: 1 }] }))
  .min(1, { error: 'names no provider; write at least one' })
  .max(20, { error: 'names too many providers; write at most 20' });

const strategy = z.union([providerName, providers]);

const EXAMPLES = ['FARGATE_SPOT', { strategy: 'FARGATE_SPOT', fallback: 'FARGATE' }];

export const capacity = z.union([
  providerName,
  providers,
  section({
    strategy: strategy.meta({ description: 'What is tried first: a name, or a list.', examples: ['FARGATE_SPOT'] }),
    fallback: strategy.optional().meta({
      description: 'What the rest of a run uses once that had no capacity, or took it back.',
      examples: ['FARGATE'],
    }),
  }),
]);

export const capacityMeta = {
  description:
    'On whose capacity the tasks run: a capacity provider, several by weight, or `{ strategy, fallback }`; default: Fargate on demand. A provider of the cluster that is neither FARGATE nor FARGATE_SPOT means EC2 instances.',
  examples: EXAMPLES,
};

export type CapacityYaml = z.output<typeof capacity>;
