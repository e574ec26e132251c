import type { JobConfig, ParamValue } from '../config/config.ts';
import { checkParams } from '../config/job-parameters.ts';
import { BadRequest } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { checkItems } from '../run/check-items.ts';
import { defaultParallel } from '../run/fan-out-request.ts';
import { type FanOutItem, mostItems } from '../run/fan-out-store.ts';
import { paramsTooLarge } from '../run/overrides.ts';
import { textField, wrongField } from './ship.ts';
import { readFuture } from './time-text.ts';

type Body = Readonly<Record<string, unknown>>;

/** What the body of a start may hold. */
export const runFields = ['params', 'at', 'timezone', 'items', 'forEach', 'maxParallel', 'failFast'] as const;

export interface WantedRun {
  params: Record<string, ParamValue>;
  at?: Instant;
  /** Each lies over `params`. */
  fanOut?: { items: readonly FanOutItem[]; maxParallel: number; failFast: boolean };
}

/** `{params?, at?, timezone?}`, and for a fan-out `{items | forEach, maxParallel?, failFast?}`. @throws BadRequest 422 */
export function readRun(job: JobConfig, body: Body, now: Instant): WantedRun {
  const at = readAt(body, now);
  const isFanOut = body.items !== undefined || body.forEach !== undefined;
  const wanted = isFanOut ? readFanOut(job, body) : readSingle(job, body);
  return { ...wanted, ...(at === undefined ? {} : { at }) };
}

function readAt(body: Body, now: Instant): Instant | undefined {
  const [at, timezone] = [textField(body, 'at', 40), textField(body, 'timezone', 60)];
  if (at !== undefined) return readFuture('at', at, now, { zone: timezone });
  if (timezone !== undefined) throw wrongField('timezone', 'is of at; give both');
  return undefined;
}

function readSingle(job: JobConfig, body: Body): WantedRun {
  for (const field of ['maxParallel', 'failFast'] as const)
    if (body[field] !== undefined) throw wrongField(field, 'is of items or forEach; give one of them too');
  return { params: validParams(job, body.params) };
}

/** @throws BadRequest 422 naming each parameter that is wrong */
export function validParams(job: JobConfig, given: unknown): Record<string, ParamValue> {
  const checked = checkParams(job, given);
  if (checked.ok) return ofPossibleSize(job, checked.params, 'params');
  throw wrongFields(
    checked.problems.map(({ name, message }) => ({ field: name ? `params.${name}` : 'params', message })),
  );
}

function ofPossibleSize<Params extends WantedRun['params']>(job: JobConfig, params: Params, field: string): Params {
  const large = paramsTooLarge(job, params);
  if (large) throw wrongField(field, `cannot be given: ${large.cause}; ${large.hint}`);
  return params;
}

function readFanOut(job: JobConfig, body: Body): WantedRun {
  const { maxParallel = defaultParallel, failFast = false } = body;
  if (typeof failFast !== 'boolean') throw wrongField('failFast', 'must be true or false');
  if (!Number.isInteger(maxParallel) || Number(maxParallel) < 1 || Number(maxParallel) > mostItems)
    throw wrongField('maxParallel', `must be a whole number from 1 to ${mostItems}`);
  const checked = checkItems(job, body);
  if (!checked.ok) throw wrongFields(checked.problems);
  const { params, items } = checked;
  for (const [index, item] of items.entries())
    ofPossibleSize(job, { ...params, ...item }, body.items === undefined ? 'forEach' : `items[${index}]`);
  return { params, fanOut: { items, maxParallel: Number(maxParallel), failFast } };
}

const wrongFields = (problems: BadRequest['problems']) =>
  new BadRequest(422, problems.map(({ field, message }) => `${field} ${message}`).join('; '), problems);
