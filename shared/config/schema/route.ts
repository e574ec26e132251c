import { z } from 'zod';
import { nonEmpty } from './common.ts';
import { choice, section } from './section.ts';

const when = section(
  {
    severity: choice(['info', 'warning', 'error']).optional().meta({ description: 'Only news of this severity.' }),
    kind: choice(['run', 'deployment'], ['service', 'environment', 'batuta', 'fan-out'])
      .optional()
      .meta({ description: 'Only news about runs, or only about deployments.' }),
    job: nonEmpty.optional().meta({ description: 'Only this job; `*` stands for anything.', examples: ['db-*'] }),
    service: nonEmpty
      .optional()
      .meta({ description: 'Only this service; `*` stands for anything.', examples: ['shop-*'] }),
  },
  ['environment', 'tag', 'cause'],
);

export const route = section(
  {
    when: when.default({}).meta({ description: 'All of these must hold; without any: all news.' }),
    to: z
      .array(z.string())
      .min(1, { error: 'names no channel; write at least one' })
      .meta({ description: 'The channels that get it.', examples: [['team']] }),
  },
  ['continue', 'mute', 'mentions', 'digest', 'repeat', 'only', 'default', 'for'],
);
