import type * as model from '@aws-sdk/client-ssm';
import { AwsError } from '../service.ts';
import type { ParameterVersion } from './store.ts';

/** The filters of DescribeParameters that are served: Name with Equals, BeginsWith and Contains; Type with Equals. */
export function filtered(
  parameters: readonly ParameterVersion[],
  filters: readonly model.ParameterStringFilter[],
): ParameterVersion[] {
  return filters.reduce<ParameterVersion[]>((left, filter) => left.filter(matcher(filter)), [...parameters]);
}

function matcher({ Key, Option = 'Equals', Values = [] }: model.ParameterStringFilter) {
  if (Key !== 'Name' && Key !== 'Type')
    throw new AwsError('InvalidFilterKey', `The filter key ${Key} is not part of the local cloud`);
  const compare = comparisons[Option];
  if (!compare || (Key === 'Type' && Option !== 'Equals'))
    throw new AwsError('InvalidFilterOption', `The filter option ${Option} is not valid for ${Key}.`);
  return (found: ParameterVersion) => Values.some((value) => compare(Key === 'Name' ? found.name : found.type, value));
}

const comparisons: Record<string, (text: string, value: string) => boolean> = {
  Equals: (text, value) => text === value,
  BeginsWith: (text, value) => text.startsWith(value),
  Contains: (text, value) => text.includes(value),
};
