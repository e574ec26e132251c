import { z } from 'zod';
import { patternProblem } from '../param-pattern-check.ts';
import { parsed } from './common.ts';
import { choice, section } from './section.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
export const value = z.union([z.string(), z.number(), z.boolean(), z.array(scalar)]);

export const paramName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, {
  error: 'is no name for a parameter; write letters, digits, `-` and `_`, a letter first',
});

const TYPES = ['string', 'number', 'integer', 'boolean', 'enum', 'list', 'date', 'duration'] as const;
const ITEMS = ['string', 'number', 'integer', 'boolean', 'date', 'duration'] as const;

const MEANT = {
  ...{
    secret: '`type: string` and `secret: true`',
    array: '`type: list`',
    int: '`type: integer`',
    text: '`type: string`',
  },
  ...{ bool: '`type: boolean`', float: '`type: number`', datetime: '`type: string`, or date', time: '`type: string`' },
};

const bound = z.union([z.string(), z.number()]);

/** Which of these goes with which type: checked in checks/params.ts. */
export const param = section(
  {
    type: choice(TYPES, [], MEANT).meta({
      description: 'What a value must be. `enum` is a string of those that `enum` lists; a date is 2026-11-20.',
      examples: ['string'],
    }),
    items: choice(ITEMS)
      .optional()
      .meta({
        description: 'Of a list: what each of its items must be; default: string.',
        examples: ['string'],
      }),
    enum: z
      .array(scalar)
      .min(1, { error: 'allows no value at all; write at least one or remove it' })
      .optional()
      .meta({ description: 'The only values allowed; of a list: the only items.', examples: [['shop', 'billing']] }),
    pattern: parsed(patternProblem)
      .optional()
      .meta({
        description: 'A regular expression that the whole text, or each text of a list, must match.',
        examples: ['[a-z0-9-]+'],
      }),
    min: bound.optional().meta({
      description: 'The least number, date or duration; the least length of a string or list.',
      examples: [1],
    }),
    max: bound.optional().meta({
      description: 'The greatest number, date or duration; the greatest length of a string or list.',
      examples: [100],
    }),
    default: value.optional().meta({ description: 'The value where the caller gives none.' }),
    required: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a caller must give it; default: yes, where there is no default.' }),
    secret: z
      .boolean()
      .optional()
      .meta({
        description:
          "Its value is the name of an SSM parameter, or the ARN of one or of a Secrets Manager secret, never the secret itself: what a caller gives is recorded and shown. The script finds the name as PARAM_NAME and reads the secret by itself, which the job's `taskRole` must allow; a secret that is always the same belongs in `secrets`.",
        examples: [true],
      }),
    description: z.string().optional().meta({ description: 'What it is for, shown to people.' }),
  },
  [],
  {
    ...{ values: 'enum', choices: 'enum', options: 'enum', allowed: 'enum', regex: 'pattern', format: 'pattern' },
    ...{ minimum: 'min', minLength: 'min', minItems: 'min', maximum: 'max', maxLength: 'max', maxItems: 'max' },
    ...{ optional: 'required', item: 'items', of: 'items', sensitive: 'secret' },
  },
);

export type ParamYaml = z.output<typeof param>;
