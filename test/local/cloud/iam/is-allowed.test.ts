import { describe, expect, test } from 'vitest';
import { isAllowed } from '../../../../local/cloud/iam/is-allowed.ts';
import type { Access } from '../../../../local/cloud/service.ts';
import type { PolicyStatement } from '../../../../local/lambda/stack/stack.ts';

const cluster = 'arn:aws:ecs:us-east-1:123456789012:cluster/prod';
const service = 'arn:aws:ecs:us-east-1:123456789012:service/prod/shop-api';
const allow = (Action: string, Resource: string, Condition?: PolicyStatement['Condition']): PolicyStatement => ({
  Effect: 'Allow',
  Action: [Action],
  Resource: [Resource],
  ...(Condition && { Condition }),
});
const update: Access = { action: 'ecs:UpdateService', resource: service };

describe('actions and resources', () => {
  test.each<[string, PolicyStatement[], boolean]>([
    ['nothing is allowed without a statement', [], false],
    ['the named action on the named resource is allowed', [allow('ecs:UpdateService', service)], true],
    ['actions ignore case', [allow('ECS:updateservice', service)], true],
    ['resources do not ignore case', [allow('ecs:UpdateService', service.toUpperCase())], false],
    ['another action is not allowed', [allow('ecs:DescribeServices', service)], false],
    ['a star stands for anything, slashes included', [allow('ecs:*', 'arn:aws:ecs:*:service/*')], true],
    ['a question mark stands for one character', [allow('ecs:UpdateServic?', `${service.slice(0, -1)}?`)], true],
    ['a question mark stands for no more than one', [allow('ecs:UpdateServ?', service)], false],
    ['a dot is only a dot', [allow('ecs.UpdateService', service)], false],
    ['a Deny wins over an Allow', [allow('*', '*'), { ...allow('ecs:Update*', '*'), Effect: 'Deny' }], false],
    ['NotAction allows all but what it names', [{ Effect: 'Allow', NotAction: ['iam:*'], Resource: ['*'] }], true],
    ['NotAction leaves out what it names', [{ Effect: 'Allow', NotAction: ['ecs:*'], Resource: ['*'] }], false],
    ['NotResource leaves out what it names', [{ Effect: 'Allow', Action: ['*'], NotResource: [service] }], false],
  ])('%s', (_fact, statements, expected) => expect(isAllowed(statements, update)).toBe(expected));
});

describe('conditions', () => {
  const passed = { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com', 'ecs:cluster': cluster };
  test.each<[string, PolicyStatement['Condition'], boolean]>([
    ['a key ignores case', { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] } }, true],
    [
      'one of several values is enough',
      { StringEquals: { 'iam:PassedToService': ['a', 'ecs-tasks.amazonaws.com'] } },
      true,
    ],
    ['StringEquals knows no wildcards', { StringEquals: { 'iam:PassedToService': ['ecs-*'] } }, false],
    ['StringLike does', { StringLike: { 'iam:PassedToService': ['ecs-*'] } }, true],
    ['an absent key fails', { StringEquals: { 'aws:SourceAccount': ['1'] } }, false],
    ['an absent key passes IfExists', { StringEqualsIfExists: { 'aws:SourceAccount': ['1'] } }, true],
    ['an absent key passes a negated operator', { StringNotEquals: { 'aws:SourceAccount': ['1'] } }, true],
    ['an absent key passes ForAllValues', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, true],
    ['an absent key fails ForAnyValue', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, false],
    ['ArnEquals takes wildcards inside a part', { ArnEquals: { 'ecs:cluster': [cluster.replace('prod', '*')] } }, true],
    ['a wildcard of ArnLike stays within its part', { ArnLike: { 'ecs:cluster': ['arn:aws:*:cluster/prod'] } }, false],
    [
      'all operators must hold',
      {
        StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] },
        ArnLike: { 'ecs:cluster': ['arn:aws:ecs:us-east-1:1:cluster/other'] },
      },
      false,
    ],
  ])('%s', (_fact, condition, expected) =>
    expect(isAllowed([allow('*', '*', condition)], { ...update, context: passed })).toBe(expected),
  );

  test('an operator nobody wrote is refused loudly', () => {
    expect(() => isAllowed([allow('*', '*', { NumericLessThan: { 's3:max-keys': ['10'] } })], update)).toThrow(
      'does not know the condition operator NumericLessThan',
    );
  });
});
