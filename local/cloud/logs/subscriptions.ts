import type { PutSubscriptionFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';
import { parsePattern } from './pattern.ts';
import type { LogGroup } from './store.ts';

const filtersPerGroup = 2;

/** @throws AwsError for a third filter, a bad pattern, or a destination that is no function. */
export function putSubscriptionFilter(group: LogGroup, input: PutSubscriptionFilterCommandInput, now: number): void {
  const { filterName = '', filterPattern = '', destinationArn = '', distribution = 'ByLogStream' } = input;
  parsePattern(filterPattern);
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:.+$/.test(destinationArn))
    throw new AwsError(
      'InvalidParameterException',
      `destinationArn ${destinationArn}: the local cloud delivers to Lambda functions only`,
    );
  if (!group.filters.has(filterName) && group.filters.size >= filtersPerGroup)
    throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
  const creationTime = group.filters.get(filterName)?.creationTime ?? now;
  group.filters.set(filterName, {
    filterName,
    logGroupName: group.name,
    filterPattern,
    destinationArn,
    distribution,
    creationTime,
  });
}
