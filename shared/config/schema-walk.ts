import { z } from 'zod';
import type { Path } from './problem.ts';

/** The schema of what stands at `path`, with its descriptions and defaults, or undefined. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((parent, step) => child(unwrapped(parent), step), schema);
}

/** Without `optional` and `default` around it. */
export function unwrapped(schema: z.ZodType | undefined): z.ZodType | undefined {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function child(schema: z.ZodType | undefined, step: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[step] as z.ZodType | undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodUnion)
    return child(typeof step === 'number' ? listOption(schema) : objectOption(schema), step);
  return undefined;
}

/** Of a union, the option that has keys. */
export function objectOption(schema: z.ZodUnion): z.ZodType | undefined {
  return schema.options.map((option) => unwrapped(option as z.ZodType)).find((option) => option instanceof z.ZodObject);
}

function listOption(schema: z.ZodUnion): z.ZodType | undefined {
  return schema.options.map((option) => unwrapped(option as z.ZodType)).find((option) => option instanceof z.ZodArray);
}
