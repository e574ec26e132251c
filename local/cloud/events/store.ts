import type { Target } from '@aws-sdk/client-eventbridge';
import type { Schedule } from '../../../shared/schedule/schedule.ts';
import type { Clock } from '../../clock.ts';
import { AwsError, type Place } from '../service.ts';
import { busArn, busNameOf, defaultBus, invalid } from './names.ts';
import type { EventPattern } from './pattern.ts';

export interface RuleRecord {
  arn: string;
  name: string;
  bus: string;
  state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  description?: string | undefined;
  roleArn?: string | undefined;
  /** The pattern as it was put, and checked. */
  pattern?: { text: string; checked: EventPattern } | undefined;
  schedule?: { expression: string; parsed: Schedule } | undefined;
  targets: Map<string, Target>;
  /** Cancels the timer of the next scheduled event. */
  cancel: () => void;
}

export interface BusRecord {
  arn: string;
  name: string;
  description?: string | undefined;
  deadLetterArn?: string | undefined;
  createdMs: number;
  rules: Map<string, RuleRecord>;
}

/** The account's buses with their rules; `default` is always there. */
export function createEventStore({ place, clock }: { place: Place; clock: Clock }) {
  const buses = new Map<string, BusRecord>();
  const add = (name: string, more: { description?: string | undefined; deadLetterArn?: string | undefined } = {}) => {
    const bus: BusRecord = { arn: busArn(place, name), name, createdMs: clock.now(), rules: new Map(), ...more };
    buses.set(name, bus);
    return bus;
  };
  add(defaultBus);

  const find = (nameOrArn: string | undefined) => buses.get(busNameOf(nameOrArn));
  /** @throws AwsError ResourceNotFoundException */
  const bus = (nameOrArn: string | undefined): BusRecord => {
    const found = find(nameOrArn);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Event bus ${busNameOf(nameOrArn)} does not exist.`);
  };

  return {
    find,
    bus,
    /** @throws AwsError ResourceNotFoundException */
    rule(name: string, busName: string | undefined): RuleRecord {
      const { rules, name: shownBus } = bus(busName);
      const found = rules.get(name);
      if (found) return found;
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${shownBus}.`);
    },
    buses: (prefix = '') => sorted(buses).filter(({ name }) => name.startsWith(prefix)),
    createBus(name: string, more: { description?: string | undefined; deadLetterArn?: string | undefined }): BusRecord {
      if (name.includes('/')) invalid("Event bus name must not contain '/'.");
      if (buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      return add(name, more);
    },
    /** A bus that is not there is no error, as on AWS. */
    deleteBus(name: string): void {
      if (name === defaultBus) invalid('Cannot delete event bus default.');
      if (buses.get(name)?.rules.size) invalid("Event bus can't be deleted since it has rules.");
      buses.delete(name);
    },
  };
}
export type EventStore = ReturnType<typeof createEventStore>;

export function sorted<T extends { name: string }>(records: ReadonlyMap<string, T>): T[] {
  return [...records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
