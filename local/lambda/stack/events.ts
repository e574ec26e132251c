import { evaluate, type Scope } from './evaluate.ts';
import type { PrintedFunction } from './osls-print.ts';
import type { StackFunction, StackRoute, StackRule, StackSubscription } from './stack.ts';

interface Wiring {
  rules: StackRule[];
  subscriptions: StackSubscription[];
  routes: StackRoute[];
}

function ruleOf(raw: unknown, name: string, functionArn: string): StackRule {
  const event = raw as {
    eventBus?: string;
    pattern?: StackRule['pattern'];
    schedule?: string;
    deadLetterQueueArn?: string;
  };
  return {
    name,
    bus: event.eventBus ?? 'default',
    functionArn,
    ...(event.pattern && { pattern: event.pattern }),
    ...(event.schedule && { schedule: event.schedule }),
    ...(event.deadLetterQueueArn && { deadLetterArn: event.deadLetterQueueArn }),
  };
}

function routeOf(raw: unknown, functionName: string): StackRoute {
  const { method, path } = raw as { method?: string; path?: string };
  const [short = '', shortPath = ''] = typeof raw === 'string' ? raw.split(/\s+/) : [method, path];
  return { method: short.toUpperCase(), path: shortPath, functionName };
}

/** One function's events, as osls would wire them. Throws for a kind of event that is not known here. */
function wire(given: StackFunction, printed: PrintedFunction, scope: Scope): Wiring {
  const wiring: Wiring = { rules: [], subscriptions: [], routes: [] };
  for (const [index, raw] of (printed.events ?? []).entries()) {
    const [[kind, event] = ['', undefined]] = Object.entries(evaluate(raw, scope) as object);
    const name = `${given.functionName}-${index + 1}`;
    if (kind === 'eventBridge') wiring.rules.push(ruleOf(event, name, given.arn));
    else if (kind === 'httpApi') wiring.routes.push(routeOf(event, given.name));
    else if (kind === 'cloudwatchLog') {
      const { logGroup, filter } = event as { logGroup: string; filter?: string };
      wiring.subscriptions.push({ name, logGroup, filterPattern: filter ?? '', functionArn: given.arn });
    } else
      throw new Error(`serverless.yml functions.${given.name}: the local system does not know events of kind ${kind}`);
  }
  return wiring;
}

export function wiringOf(
  functions: Readonly<Record<string, StackFunction>>,
  printed: Readonly<Record<string, PrintedFunction>>,
  scope: Scope,
): Wiring {
  const wirings = Object.values(functions).map((given) => wire(given, printed[given.name] as PrintedFunction, scope));
  return {
    rules: wirings.flatMap(({ rules }) => rules),
    subscriptions: wirings.flatMap(({ subscriptions }) => subscriptions),
    routes: wirings.flatMap(({ routes }) => routes),
  };
}
