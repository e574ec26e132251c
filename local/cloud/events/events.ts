import type * as model from '@aws-sdk/client-eventbridge';
import * as eventsModel from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../clock.ts';
import type { DeadLetter } from '../dead-letter.ts';
import type { RunTask } from '../ecs-target.ts';
import { pageOf } from '../pages.ts';
import type { Home, InvokeAsync, Operations, OutgoingEvent, Place, Service } from '../service.ts';
import { eventsAccess } from './access.ts';
import { createDelivery } from './deliver.ts';
import { type EventEnvelope, envelopeOf } from './envelope.ts';
import { createForwarding } from './forwarding.ts';
import { defaultBus, fullBusArn, invalid, isOfOthers } from './names.ts';
import { checkPattern, matches } from './pattern.ts';
import { checkEntry, checkSize } from './put-events.ts';
import { armRule, ruleFrom, shownRule } from './rules.ts';
import { type BusRecord, createEventStore, type RuleRecord, sorted } from './store.ts';
import { putTargets, removeTargets, targetStructures } from './targets.ts';

export interface Events extends Service {
  /** An AWS service's own event, onto the default bus of where it happened. */
  emit(event: OutgoingEvent): void;
  /** As a rule of that account and region whose target is this default bus: from now on its events come, too. */
  forwardFrom(home: Home): void;
  /** Cancels the timers of scheduled rules. */
  close(): void;
}

export interface EventsPorts {
  place: Place;
  clock: Clock;
  invoke: InvokeAsync;
  /** For dead letters, and for queues as targets (without attributes). */
  deadLetter: DeadLetter;
  /** For clusters as targets; without it there is no ECS. */
  runTask?: RunTask;
  /** Hears of what callers put on any bus; buses of other accounts and regions take everything. */
  onPut?: (bus: string, event: EventEnvelope) => void;
  /** Per event and target, by default the next macrotask: tests lose, double, delay and reorder here. */
  delivery?: (event: EventEnvelope, deliver: () => void) => void;
}

/** EventBridge in memory: buses, rules by pattern and by schedule, targets. */
export function createEvents(ports: EventsPorts): Events {
  const { place, clock, invoke, deadLetter, delivery = (_event, deliver) => void setImmediate(deliver) } = ports;
  const { runTask = async () => invalid('There is no ECS here.') } = ports;
  const store = createEventStore(ports);
  const bus = createDelivery({ store, invoke, deadLetter, delivery, runTask });

  const forwarding = createForwarding(place);

  const arm = (rule: RuleRecord) =>
    armRule(rule, clock.now(), clock, (dueMs) => {
      const event = {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [rule.arn],
        detail: {},
        timeMs: dueMs,
      };
      bus.toTargets(rule, envelopeOf(event, place, clock.now()));
    });
  const setState = (input: { Name: string; EventBusName?: string | undefined }, state: RuleRecord['state']) => {
    const rule = store.rule(input.Name, input.EventBusName);
    rule.state = state;
    arm(rule);
    return {};
  };

  const operations = {
    CreateEventBus(input) {
      const { arn } = store.createBus(input.Name, {
        description: input.Description,
        deadLetterArn: input.DeadLetterConfig?.Arn,
      });
      return { EventBusArn: arn, Description: input.Description, DeadLetterConfig: input.DeadLetterConfig };
    },
    DescribeEventBus: (input) => shownBus(store.bus(input.Name)),
    ListEventBuses(input) {
      const { items, next } = page(store.buses(input.NamePrefix), input);
      return { EventBuses: items.map(shownBus), NextToken: next };
    },
    DeleteEventBus(input) {
      store.deleteBus(input.Name);
      return {};
    },
    PutRule(input) {
      const target = store.bus(input.EventBusName);
      const rule = ruleFrom(input, target, place, clock.now());
      target.rules.get(rule.name)?.cancel();
      target.rules.set(rule.name, rule);
      arm(rule);
      return { RuleArn: rule.arn };
    },
    DescribeRule: (input) => shownRule(store.rule(input.Name, input.EventBusName)),
    ListRules(input) {
      const rules = sorted(store.bus(input.EventBusName).rules);
      const { items, next } = page(
        rules.filter(({ name }) => name.startsWith(input.NamePrefix ?? '')),
        input,
      );
      return { Rules: items.map(shownRule), NextToken: next };
    },
    DeleteRule(input) {
      const { rules } = store.bus(input.EventBusName);
      const rule = rules.get(input.Name);
      if (rule?.targets.size) invalid("Rule can't be deleted since it has targets.");
      rule?.cancel();
      rules.delete(input.Name);
      return {};
    },
    EnableRule: (input) => setState(input, 'ENABLED'),
    DisableRule: (input) => setState(input, 'DISABLED'),
    PutTargets(input) {
      putTargets(store.rule(input.Rule, input.EventBusName), input.Targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets(input) {
      const failed = removeTargets(store.rule(input.Rule, input.EventBusName), input.Ids);
      return { FailedEntryCount: failed.length, FailedEntries: failed };
    },
    ListTargetsByRule(input) {
      const { items, next } = page([...store.rule(input.Rule, input.EventBusName).targets.values()], input);
      return { Targets: items, NextToken: next };
    },
    ListRuleNamesByTarget(input) {
      const rules = sorted(store.bus(input.EventBusName).rules).filter(({ targets }) =>
        [...targets.values()].some(({ Arn }) => Arn === input.TargetArn),
      );
      const { items, next } = page(rules, input);
      return { RuleNames: items.map(({ name }) => name), NextToken: next };
    },
    PutEvents(input, { region }) {
      checkSize(input.Entries);
      const results = input.Entries.map((entry) => putEntry(entry, region));
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
    },
    TestEventPattern: (input) => ({ Result: matches(checkPattern(input.EventPattern), jsonEvent(input.Event)) }),
  } satisfies Operations<typeof model>;

  const putEntry = (
    entry: model.PutEventsRequestEntry,
    callersRegion: string | undefined,
  ): model.PutEventsResultEntry => {
    const checked = checkEntry(entry);
    if ('failure' in checked) return checked.failure;
    const event = envelopeOf(checked.event, place, clock.now());
    const arn = fullBusArn(place, entry.EventBusName);
    // What AWS answers here is not documented.
    if (callersRegion !== undefined && callersRegion !== arn.split(':')[3])
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'The bus is of another region.' };
    ports.onPut?.(arn, event);
    // AWS answers an EventId for a bus that is not there, too; the event is lost.
    const target = isOfOthers(place, arn) ? undefined : store.find(arn);
    if (target) bus.put(target, event);
    return { EventId: event.id };
  };

  return {
    name: 'events',
    model: eventsModel,
    protocol: 'json',
    target: 'AWSEvents',
    invalidInput: 'ValidationException',
    operations,
    open: targetStructures,
    access: eventsAccess(place),
    emit(event) {
      const envelope = envelopeOf(event, place, clock.now());
      const way = forwarding.wayOf(envelope);
      if (way === 'own') bus.put(store.bus(defaultBus), envelope);
      if (way === 'forwarded') bus.putForwarded(store.bus(defaultBus), envelope);
    },
    forwardFrom: forwarding.from,
    close() {
      for (const { rules } of store.buses()) for (const rule of rules.values()) rule.cancel();
    },
  };
}

function page<T>(
  items: readonly T[],
  { NextToken, Limit }: { NextToken?: string | undefined; Limit?: number | undefined },
) {
  return pageOf(items, NextToken, Limit ?? 100, () => invalid('The token is not valid.'));
}

function shownBus({ name, arn, description, deadLetterArn, createdMs }: BusRecord): model.DescribeEventBusResponse {
  return {
    Name: name,
    Arn: arn,
    Description: description,
    CreationTime: new Date(createdMs),
    LastModifiedTime: new Date(createdMs),
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
  };
}

function jsonEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return invalid('Parameter Event is not valid.');
  }
}
