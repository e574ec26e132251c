import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from './envelope.ts';
import type { RuleRecord } from './store.ts';

/** What a target gets of an event: the whole, a constant, one path of it, or a filled template. */
export function targetInput(target: Target, event: EventEnvelope, rule: RuleRecord): unknown {
  if (target.Input !== undefined) return JSON.parse(target.Input);
  if (target.InputPath !== undefined) return valueAt(event, target.InputPath) ?? {};
  if (target.InputTransformer) return transformed(target.InputTransformer, event, rule);
  return event;
}

/** A JSON path in dot notation: `$`, `$.detail.state`, `$.resources[0]`, `$.detail['x']`. */
function valueAt(event: unknown, path: string): unknown {
  const steps = path.match(/[^.[\]'"$]+/g) ?? [];
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string, unknown>)[step];
  }, event);
}

function transformed(
  { InputPathsMap, InputTemplate = '' }: InputTransformer,
  event: EventEnvelope,
  rule: RuleRecord,
): unknown {
  const own = Object.entries(InputPathsMap ?? {}).map(([name, path]) => [name, valueAt(event, path)] as const);
  const { detail: _detail, ...withoutDetail } = event;
  const filled = fill(
    InputTemplate,
    new Map<string, unknown>([
      ...own,
      ['aws.events.rule-arn', rule.arn],
      ['aws.events.rule-name', rule.name],
      ['aws.events.event.ingestion-time', event.time],
      ['aws.events.event', withoutDetail],
      ['aws.events.event.json', event],
    ]),
  );
  try {
    return JSON.parse(filled);
  } catch {
    return filled;
  }
}

/** Inside quotes a placeholder becomes text, outside of them JSON. A path that the event lacks becomes nothing, or null. */
function fill(template: string, values: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return match;
    const value = values.get(name);
    if (!quoted) return JSON.stringify(value) ?? 'null';
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return JSON.stringify(text).slice(1, -1);
  });
}
