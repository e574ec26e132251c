import { expect, test } from 'vitest';
import { authorizeBy } from '../../../../local/cloud/iam/authorize.ts';
import { smallStack } from '../../lambda/small-stack.ts';

const { stack } = smallStack({ one: '' });
const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/batuta-test';
const authorize = authorizeBy({
  ...stack,
  roles: {
    'role-of-one': {
      name: 'role-of-one',
      arn: 'arn:aws:iam::123456789012:role/role-of-one',
      statements: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: [bus] }],
    },
  },
});
const caller = (accessKeyId: string) => ({ accessKeyId, requestId: 'r' });

test('a role may do what its policy allows', () => {
  expect(() => authorize(caller('role-of-one'), [{ action: 'events:PutEvents', resource: bus }])).not.toThrow();
});

test('every access of a call must be allowed, and the refusal reads as AWS writes it', () => {
  const accesses = [
    { action: 'events:PutEvents', resource: bus },
    { action: 'ecs:StopTask', resource: '*' },
  ];
  expect(() => authorize(caller('role-of-one'), accesses)).toThrow(
    expect.objectContaining({
      code: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/role-of-one/batuta-test-one is not authorized to perform: ecs:StopTask on resource: * because no identity-based policy allows the ecs:StopTask action',
    }),
  );
});

test('a key that is no role is the root user', () => {
  expect(() => authorize(caller('AKIALOCALROOT'), [{ action: 'iam:Anything', resource: '*' }])).not.toThrow();
});
