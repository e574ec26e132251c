import { z } from 'zod';
import { choice, section } from './section.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);

export const paramName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, {
  error: 'is no name for a parameter; write letters, digits, `-` and `_`, a letter first',
});

export const param = section(
  {
    type: choice(['string', 'number', 'integer', 'boolean'], ['enum', 'list', 'date', 'duration', 'secret']).meta({
      description: 'What a value must be.',
      examples: ['string'],
    }),
    enum: z
      .array(value)
      .min(1, { error: 'allows no value at all; write at least one or remove it' })
      .optional()
      .meta({ description: 'The only values allowed.' }),
    default: value.optional().meta({ description: 'The value where the caller gives none.' }),
    required: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a caller must give it; default: yes, where there is no default.' }),
    description: z.string().optional().meta({ description: 'What it is for, shown to people.' }),
  },
  ['pattern', 'min', 'max', 'secret', 'items'],
);
