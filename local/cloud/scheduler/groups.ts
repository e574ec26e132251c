import type { ScheduleGroupSummary, Tag } from '@aws-sdk/client-scheduler';
import type { Clock } from '../../clock.ts';
import { AwsError, type Place } from '../service.ts';
import { invalid } from './checks.ts';
import { defaultGroup, groupArn } from './record.ts';

interface Group {
  name: string;
  createdMs: number;
  tags: Map<string, string>;
}

/** Schedule groups and their tags; `default` is always there. */
export function createGroups({ place, clock }: { place: Place; clock: Clock }) {
  const make = (name: string): Group => ({ name, createdMs: clock.now(), tags: new Map() });
  const groups = new Map([[defaultGroup, make(defaultGroup)]]);

  const find = (name: string): Group => {
    const group = groups.get(name);
    if (group) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  };
  const byArn = (arn: string): Group => {
    const found = [...groups.values()].find(({ name }) => groupArn(place, name) === arn);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist.`, 404);
  };
  const summary = ({ name, createdMs }: Group): ScheduleGroupSummary => ({
    Arn: groupArn(place, name),
    Name: name,
    State: 'ACTIVE',
    CreationDate: new Date(createdMs),
    LastModificationDate: new Date(createdMs),
  });
  const tag = (group: Group, tags: readonly Tag[]) => {
    for (const { Key: key = '', Value: value = '' } of tags) group.tags.set(key, value);
  };

  return {
    /** @throws AwsError ResourceNotFoundException */
    check: (name: string): void => void find(name),
    get: (name: string) => summary(find(name)),
    list: (prefix = '') => [...groups.values()].filter(({ name }) => name.startsWith(prefix)).map(summary),
    create(name: string, tags: readonly Tag[] = []): string {
      if (groups.has(name)) throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409);
      const group = make(name);
      tag(group, tags);
      groups.set(name, group);
      return groupArn(place, name);
    },
    delete(name: string): void {
      if (name === defaultGroup) invalid('The default schedule group cannot be deleted.');
      find(name);
      groups.delete(name);
    },
    tag: (arn: string, tags: readonly Tag[]) => tag(byArn(arn), tags),
    tagsOf: (arn: string): Tag[] => [...byArn(arn).tags].map(([Key, Value]) => ({ Key, Value })),
  };
}
