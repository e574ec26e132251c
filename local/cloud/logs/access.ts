import type { Access, Place } from '../service.ts';

const streamLevel = new Set(['PutLogEvents', 'GetLogEvents', 'DeleteLogStream']);

/**
 * As AWS names the resource in its AccessDenied messages: `log-group:NAME:log-stream:` with the stream's name only
 * for calls on one stream. So a policy needs `log-group:NAME:*`; the ARN without `:*` matches nothing.
 */
export function logsAccess(place: Place, operation: string, input: Readonly<Record<string, unknown>>): Access[] {
  const identifier = String(input.logGroupName ?? input.logGroupIdentifier ?? '');
  const group = groupNameOf(identifier);
  const stream = streamLevel.has(operation) ? String(input.logStreamName ?? '') : '';
  const resource = `arn:aws:logs:${place.region}:${place.account}:log-group:${group}:log-stream:${stream}`;
  return [{ action: `logs:${operation}`, resource }];
}

/** `logGroupIdentifier` is a name or an ARN. */
export function groupNameOf(identifier: string): string {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}
