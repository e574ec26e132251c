import { z } from 'zod';
import { suggestName } from '../nearest.ts';
import { duration, parsed, whole } from './common.ts';
import { section } from './section.ts';

const CLASSES = ['spot', 'capacity', 'start', 'oom', 'timeout', 'any'] as const;

export const RETRY = { attempts: 3, on: ['spot', 'capacity', 'start'], backoff: '1m', maxBackoff: '1h', factor: 2 };

/** Reads `oom`, `exit:75` or `exit:1-9`; a string says what is wrong. */
function parseFailureClass(text: string): object | string {
  if ((CLASSES as readonly string[]).includes(text)) return {};
  if (!text.startsWith('exit')) return `\`${text.slice(0, 40)}\` is no reason to retry; ${suggestion(text)}`;
  const [, first = '', last = first] = /^exit:(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || to > 255) return 'is no exit code; write one of 1 to 255 as exit:75, or a range as exit:1-9';
  if (from === 0) return 'is a success; write exit codes from 1 to 255';
  return from <= to ? {} : `ends before it begins; write exit:${to}-${from}`;
}

const suggestion = (text: string) => suggestName(text, [...CLASSES, 'exit:75', 'exit:1-9']);

const memory = section({
  factor: z
    .number()
    .gt(1, { error: 'must be more than 1; write for example 2' })
    .max(10, { error: 'must be at most 10' })
    .default(RETRY.factor)
    .meta({ description: 'Times so much after each attempt that ran out of memory.' }),
  max: z.int().meta({ description: 'MiB, at most; a size that Fargate has for this cpu.', examples: [4096] }),
});

export const retry = section(
  {
    attempts: whole(2, 10).default(RETRY.attempts).meta({ description: 'In all, the first one included.' }),
    on: z
      .array(parsed(parseFailureClass))
      .min(1, { error: 'names no reason to retry; write at least one, or remove `retry`' })
      .default(RETRY.on)
      .meta({
        description:
          'After which failures of a task: spot (taken back), capacity, start (it ended before its script began: pulling the image, reading secrets, network), oom, timeout (of the attempt), exit:75, exit:1-9, or any. What keeps a task from being started, such as a secret or an image that is not there, is not tried again.',
        examples: [['spot', 'capacity', 'start', 'oom', 'exit:75']],
      }),
    backoff: duration.default(RETRY.backoff).meta({
      description: 'Before the second attempt; doubled each time, and cut at random by up to half.',
    }),
    maxBackoff: duration
      .optional()
      .meta({ description: `The longest wait; default: ${RETRY.maxBackoff}.`, examples: ['30m'] }),
    memory: memory.optional().meta({
      description: 'More memory after an attempt that ran out of it; goes with `oom` in `on`.',
      examples: [{ factor: 2, max: 4096 }],
    }),
  },
  [],
  {
    retries: 'attempts',
    count: 'attempts',
    max: 'attempts',
    maxAttempts: 'attempts',
    when: 'on',
    wait: 'backoff',
    delay: 'backoff',
  },
);
