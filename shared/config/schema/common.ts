import { z } from 'zod';
import { DURATION } from '../duration.ts';
import { SSM_PATH } from '../secret-name.ts';

/** The key of a job, service or channel: it becomes a part of AWS names, Scheduler's allow 64 characters. */
export const nameKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, {
  error: 'is no possible name; write letters, digits, `-` and `_`, at most 63 characters, a letter or digit first',
});

export const nonEmpty = z.string().min(1, { error: 'is empty; write a value or remove it' });

// Also for `timeout: 2`: that it must be text would not say which.
const NO_DURATION = { error: 'is no duration; write a whole number and s, m, h or d, such as 30s, 15m, 2h or 1d' };
export const duration = z.string(NO_DURATION).regex(DURATION, NO_DURATION);

const NO_DELAY = { error: 'is no duration; write a whole number and s, m, h or d, such as 0m, 30m or 1d' };
/** As a duration, but none at all is one too. */
export const delay = z.string(NO_DELAY).refine((text) => DURATION.test(text) || /^0[smhd]$/.test(text), NO_DELAY);

export const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
  error: "is no role's ARN; write one such as arn:aws:iam::123456789012:role/shop-api-task",
});

/** A whole number within bounds. */
export const whole = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.int().min(from, { error }).max(to, { error });
};

const atLeastOne = z.int().min(1, { error: 'is too few; write 1 or more' });

/** The ids of all who are let in are one item of the table, which is written with each that comes and goes. */
export const atOnce = atLeastOne.max(1000, { error: 'is more than is counted; write at most 1000, or leave it out' });

/** Text that `parse` reads; a string that it answers says what is wrong. */
export const parsed = (parse: (text: string) => object | string) =>
  z.string().superRefine((text, context) => {
    const read = parse(text);
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read });
  });

/** Source: ECS API reference, CreateService `serviceName`, CreateCluster `clusterName`. */
export const ecsName = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, {
  error: 'is no ECS name; write letters, digits, `-` and `_`, at most 255 characters, not an ARN',
});

export const environmentVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: 'is no name for an environment variable; write letters, digits and `_`, such as DB_PASSWORD',
  })
  .regex(/^(?!BATUTA_)/, { error: 'begins with BATUTA_, as what Batuta itself gives a script; write another name' });

export const ssmReference = (what: string, example: string) =>
  z.string().refine((text) => text.startsWith('ssm:') && SSM_PATH.test(text.slice(4)), {
    error: `must be the name of ${what}, never its value; write ssm: and an SSM parameter's name, such as ${example}`,
  });
