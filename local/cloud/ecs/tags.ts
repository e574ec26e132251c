import type * as model from '@aws-sdk/client-ecs';
import type { Tag } from '@aws-sdk/client-ecs';
import { AwsError, type Operations } from '../service.ts';
import type { EcsState } from './state.ts';

/** Tags of a new resource checked, their keys unique as AWS wants them. */
export function checkTags(tags: readonly Tag[] = []): Tag[] {
  if (tags.length > 50) throw new AwsError('InvalidParameterException', 'The number of tags exceeds the limit of 50.');
  const keys = tags.map((tag) => tag.key ?? '');
  if (keys.some((key) => key === '' || key.length > 128))
    throw new AwsError('InvalidParameterException', 'Tag keys must have 1 to 128 characters.');
  if (new Set(keys).size < keys.length)
    throw new AwsError(
      'InvalidParameterException',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  if (tags.some((tag) => (tag.value ?? '').length > 256))
    throw new AwsError('InvalidParameterException', 'Tag values must have at most 256 characters.');
  return tags.map((tag) => ({ ...tag }));
}

export function tagOperations(state: EcsState) {
  const existing = (arn: string): Tag[] => {
    const known =
      state.tasks.has(arn) ||
      state.services.has(arn) ||
      [...state.clusters.values()].some((cluster) => cluster.clusterArn === arn) ||
      [...state.families.values()].flat().some((definition) => definition.taskDefinitionArn === arn);
    if (!known) throw new AwsError('InvalidParameterException', `The specified resource ARN is not found: ${arn}`);
    return state.tags.get(arn) ?? [];
  };
  return {
    TagResource: ({ resourceArn = '', tags = [] }) => {
      const added = checkTags(tags);
      const kept = existing(resourceArn).filter((tag) => !added.some(({ key }) => key === tag.key));
      state.tags.set(resourceArn, checkTags([...kept, ...added]));
      return {};
    },
    UntagResource: ({ resourceArn = '', tagKeys = [] }) => {
      const kept = existing(resourceArn).filter((tag) => !tagKeys.includes(tag.key ?? ''));
      state.tags.set(resourceArn, kept);
      return {};
    },
    ListTagsForResource: ({ resourceArn = '' }) => ({ tags: existing(resourceArn) }),
  } satisfies Operations<typeof model>;
}
