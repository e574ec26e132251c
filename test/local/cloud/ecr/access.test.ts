import { expect, test } from 'vitest';
import { ecrAccess } from '../../../../local/cloud/ecr/access.ts';
import { countingPlace } from '../../../support/local-ecs.ts';

const ARN = 'arn:aws:ecr:us-east-1:123456789012:repository';

test.each<[string, Record<string, unknown>, string[]]>([
  ['DescribeImages', { repositoryName: 'shop/api' }, [`${ARN}/shop/api`]],
  ['DescribeRepositories', { repositoryNames: ['a', 'b'] }, [`${ARN}/a`, `${ARN}/b`]],
  ['DescribeRepositories', {}, [`${ARN}/*`]],
  ['GetAuthorizationToken', {}, ['*']],
])('%s with %j is asked on %j', (operation, input, resources) => {
  const action = `ecr:${operation}`;
  expect(ecrAccess(countingPlace(), operation, input)).toEqual(resources.map((resource) => ({ action, resource })));
});
