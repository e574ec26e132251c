import type { Around } from './calls.ts';
import { DroppedConnection } from './http.ts';
import { AwsError } from './service.ts';

/** A fault of one kind of call. Without `nth` and `times` every matching call has it. */
export interface FaultRule {
  /** As in IAM actions: `ecs`, `dynamodb`; `*` for all. */
  service: string;
  /** As in the API: `RunTask`; `*` for all. */
  operation: string;
  /** The first call that has it, counted from 1 over the calls this rule matches. */
  nth?: number;
  /** How many calls have it from there on; 1 where `nth` is given. */
  times?: number;
  /**
   * `throttle` and `error` are answered and nothing happened; after a `timeout` nothing happened and no answer comes;
   * after a `lost-answer` it did happen, and no answer comes, or the error of `status` if one is given.
   */
  kind: 'throttle' | 'error' | 'timeout' | 'lost-answer';
  /** The error's code; by default ThrottlingException or InternalFailure. */
  code?: string;
  status?: number;
}

function failureOf({ kind, code, status, service, operation }: FaultRule): Error {
  const dropped = kind === 'timeout' || (kind === 'lost-answer' && status === undefined);
  if (dropped) return new DroppedConnection(`injected fault: ${kind} of ${service} ${operation}`);
  if (kind === 'throttle') return new AwsError(code ?? 'ThrottlingException', 'Rate exceeded', status ?? 400);
  return new AwsError(code ?? 'InternalFailure', `injected fault: ${kind}`, status ?? 500);
}

/** Whether a rule applies to its `count`th match. */
function applies({ nth, times }: FaultRule, count: number): boolean {
  const first = nth ?? 1;
  const length = times ?? (nth === undefined ? Number.POSITIVE_INFINITY : 1);
  return count >= first && count < first + length;
}

export interface Faults extends Around {
  /** From the next call on. */
  add(rule: FaultRule): void;
}

/** Injected faults, as one of the things around a call: `createDispatcher(services, compose(faults, iam))`. */
export function createFaults(rules: readonly FaultRule[] = []): Faults {
  const counted = rules.map((rule) => ({ rule, count: 0 }));

  const strike = (lost: boolean, service: string, operation: string): void => {
    const matches = counted.filter(
      ({ rule }) =>
        (rule.kind === 'lost-answer') === lost &&
        (rule.service === '*' || rule.service === service) &&
        (rule.operation === '*' || rule.operation === operation),
    );
    for (const match of matches) match.count++;
    const struck = matches.find(({ rule, count }) => applies(rule, count));
    if (struck) throw failureOf(struck.rule);
  };

  return {
    add: (rule) => void counted.push({ rule, count: 0 }),
    before: (service, operation) => strike(false, service, operation),
    after: (service, operation) => strike(true, service, operation),
  };
}

/** Several pieces around each call as one, in their order. */
export function compose(...arounds: Around[]): Around {
  return {
    authorize(...call) {
      for (const around of arounds) around.authorize?.(...call);
    },
    async before(...call) {
      for (const around of arounds) await around.before?.(...call);
    },
    async after(...call) {
      for (const around of arounds) await around.after?.(...call);
    },
  };
}
