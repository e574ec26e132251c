import type { Target } from '@aws-sdk/client-eventbridge';
import type { DeadLetter } from '../dead-letter.ts';
import { isCluster, type RunTask } from '../ecs-target.ts';
import type { InvokeAsync } from '../service.ts';
import type { EventEnvelope } from './envelope.ts';
import { matches } from './pattern.ts';
import { runTargetTask } from './run-task-target.ts';
import type { BusRecord, EventStore, RuleRecord } from './store.ts';
import { targetInput } from './target-input.ts';

export interface DeliveryPorts {
  store: EventStore;
  invoke: InvokeAsync;
  deadLetter: DeadLetter;
  runTask: RunTask;
  /** Decides when, whether and how often one event reaches one target; calling `deliver` hands it over. */
  delivery: (event: EventEnvelope, deliver: () => void) => void;
}

/** Puts an event on a bus: each target of each enabled rule that matches gets it, on its own. */
export function createDelivery(ports: DeliveryPorts) {
  const { store, invoke, deadLetter, delivery, runTask } = ports;

  /** AWS forwards from bus to bus once only: `forwarded` events stay where they are. */
  const put = (bus: BusRecord, event: EventEnvelope, forwarded = false): void => {
    for (const rule of bus.rules.values()) {
      if (rule.state !== 'DISABLED' && rule.pattern && matches(rule.pattern.checked, event))
        toTargets(rule, event, forwarded);
    }
  };

  const toTargets = (rule: RuleRecord, event: EventEnvelope, forwarded: boolean): void => {
    for (const target of rule.targets.values()) delivery(event, () => void toTarget(target, rule, event, forwarded));
  };

  const toTarget = async (target: Target, rule: RuleRecord, event: EventEnvelope, forwarded: boolean) => {
    try {
      const input = targetInput(target, event, rule);
      if (isCluster(target.Arn ?? '')) await runTargetTask(target, rule, input, runTask);
      else hand(target.Arn ?? '', input, event, forwarded);
    } catch (error) {
      const queue = target.DeadLetterConfig?.Arn;
      if (queue) deadLetter(queue, JSON.stringify(event), deadLetterAttributes(rule, target, error));
    }
  };

  const hand = (arn: string, input: unknown, event: EventEnvelope, forwarded: boolean): void => {
    const service = arn.split(':')[2];
    if (service === 'lambda') invoke(arn, input);
    else if (service === 'sqs') deadLetter(arn, typeof input === 'string' ? input : JSON.stringify(input), {});
    else if (!forwarded) put(store.bus(arn), event, true);
  };

  return {
    put: (bus: BusRecord, event: EventEnvelope) => put(bus, event),
    /** What another account's or region's rule sent here. */
    putForwarded: (bus: BusRecord, event: EventEnvelope) => put(bus, event, true),
    /** A scheduled rule's own event: only its targets get it. */
    toTargets: (rule: RuleRecord, event: EventEnvelope) => toTargets(rule, event, false),
  };
}

/** As the EventBridge user guide lists them under "Using dead-letter queues". */
function deadLetterAttributes(rule: RuleRecord, target: Target, error: unknown): Record<string, string> {
  const { code, message } = error as { code?: string; message?: string };
  return {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn ?? '',
    ERROR_CODE: code ?? 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: message ?? String(error),
    RETRY_ATTEMPTS: '0',
  };
}
