import type * as model from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Caller, type Operations, type Place } from '../service.ts';
import { ecsArns, nameOf } from './arns.ts';
import { refuseToken } from './clusters.ts';
import type { Input } from './inputs.ts';
import type { EcsState, KnownDefinition } from './state.ts';
import { checkTags } from './tags.ts';
import { checkTaskDefinition } from './task-definition-checks.ts';
import { compatibilitiesOf, requiredAttributes, withDefaults } from './task-definition-defaults.ts';

function familyAndRevision(reference: string): [string, string] {
  const [family = '', revision = '*'] = nameOf(reference).split(':');
  return [family, revision];
}

/** By family (its newest ACTIVE revision), `family:revision` or ARN. */
export function lookUpDefinition(state: EcsState, reference: string): KnownDefinition | undefined {
  const [family = '', revision] = nameOf(reference).split(':');
  const revisions = state.families.get(family) ?? [];
  if (revision === undefined) return revisions.findLast(({ status }) => status === 'ACTIVE');
  return revisions.find((definition) => String(definition.revision) === revision);
}

/** What can start tasks. @throws AwsError ClientException, or `inactive` for one that was deregistered. */
export function activeDefinition(state: EcsState, reference: string, inactive = 'ClientException'): KnownDefinition {
  const definition = lookUpDefinition(state, reference);
  if (!definition) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw new AwsError(inactive, 'TaskDefinition is inactive');
  return definition;
}

function matching(state: EcsState, prefix: string | undefined, status: string): KnownDefinition[] {
  return [...state.families]
    .filter(([family]) => prefix === undefined || family === prefix)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, revisions]) => revisions)
    .filter((definition) => definition.status === status);
}

export function taskDefinitionOperations(state: EcsState, place: Place, clock: Clock) {
  const arns = ecsArns(place);
  const now = () => new Date(clock.now());

  function register({ tags, ...input }: Input<'RegisterTaskDefinition'>, caller: Caller): KnownDefinition {
    const normal = withDefaults(input);
    checkTaskDefinition(normal);
    const ownTags = checkTags(tags);
    const revisions = state.families.get(normal.family) ?? [];
    state.families.set(normal.family, revisions);
    const definition: KnownDefinition = {
      ...normal,
      taskDefinitionArn: arns.taskDefinition(normal.family, revisions.length + 1),
      revision: revisions.length + 1,
      status: 'ACTIVE',
      compatibilities: compatibilitiesOf(normal),
      requiresAttributes: requiredAttributes(normal),
      registeredAt: now(),
      registeredBy: `arn:aws:sts::${place.account}:assumed-role/${caller.accessKeyId}/local`,
    };
    revisions.push(definition);
    state.tags.set(definition.taskDefinitionArn, ownTags);
    return definition;
  }

  return {
    RegisterTaskDefinition: (input, caller) => {
      const taskDefinition = register(input, caller);
      return { taskDefinition, tags: state.tags.get(taskDefinition.taskDefinitionArn) ?? [] };
    },
    DescribeTaskDefinition: ({ taskDefinition = '', include }) => {
      const found = lookUpDefinition(state, taskDefinition);
      if (!found) throw new AwsError('ClientException', 'Unable to describe task definition.');
      return {
        taskDefinition: found,
        ...(include?.includes('TAGS') && { tags: state.tags.get(found.taskDefinitionArn) ?? [] }),
      };
    },
    DeregisterTaskDefinition: ({ taskDefinition = '' }) => {
      if (!/:\d+$/.test(taskDefinition))
        throw new AwsError('ClientException', 'The specified task definition does not specify a revision.');
      const found = lookUpDefinition(state, taskDefinition);
      if (!found) throw new AwsError('ClientException', 'The specified task definition does not exist.');
      Object.assign(found, { status: 'INACTIVE', deregisteredAt: now() });
      return { taskDefinition: found };
    },
    DeleteTaskDefinitions: ({ taskDefinitions }) => {
      const found = taskDefinitions.map((reference) => ({ reference, definition: lookUpDefinition(state, reference) }));
      const inactive = found.filter(({ definition }) => definition?.status === 'INACTIVE');
      for (const { definition } of inactive)
        Object.assign(definition ?? {}, { status: 'DELETE_IN_PROGRESS', deleteRequestedAt: now() });
      return {
        taskDefinitions: inactive.flatMap(({ definition }) => definition ?? []),
        failures: found
          .filter((item) => !inactive.includes(item))
          .map(({ reference, definition }) => ({
            arn: definition?.taskDefinitionArn ?? arns.taskDefinition(...familyAndRevision(reference)),
            reason: definition
              ? 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.'
              : 'MISSING',
          })),
      };
    },
    ListTaskDefinitions: ({ familyPrefix, status = 'ACTIVE', sort, maxResults = 100, nextToken }) => {
      const all = matching(state, familyPrefix, status).map(({ taskDefinitionArn }) => taskDefinitionArn);
      const page = pageOf(sort === 'DESC' ? all.reverse() : all, nextToken, maxResults, refuseToken);
      return { taskDefinitionArns: page.items, nextToken: page.next };
    },
    ListTaskDefinitionFamilies: ({ familyPrefix = '', status = 'ALL', maxResults = 100, nextToken }) => {
      const families = [...state.families]
        .filter(([family]) => family.startsWith(familyPrefix))
        .filter(([, revisions]) => {
          const active = revisions.some((revision) => revision.status === 'ACTIVE');
          return status === 'ALL' || active === (status === 'ACTIVE');
        });
      const page = pageOf(families.map(([family]) => family).sort(), nextToken, maxResults, refuseToken);
      return { families: page.items, nextToken: page.next };
    },
  } satisfies Operations<typeof model>;
}
