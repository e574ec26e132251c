import { expect, test } from 'vitest';
import { type BotocoreModel, constraintsOf } from '../../build/botocore-constraints.ts';

const model: BotocoreModel = {
  operations: { Put: { input: { shape: 'PutRequest' } }, Ping: {} },
  shapes: {
    PutRequest: {
      type: 'structure',
      members: {
        Name: { shape: 'Name' },
        Names: { shape: 'Names' },
        Self: { shape: 'PutRequest' },
        Odd: { shape: 'Odd' },
      },
    },
    Name: { type: 'string', min: 1, max: 3, pattern: '[a-z]+' },
    Names: { type: 'list', max: 2, member: { shape: 'Secret' } },
    Secret: { type: 'string', min: 0, max: 9, sensitive: true },
    Odd: { type: 'integer', min: 0, pattern: '[' },
  },
};

test('limits are found under structure and member, of list items too, and patterns JavaScript cannot read are not', () => {
  expect(constraintsOf(model, ['Put', 'Ping'])).toEqual({
    'PutRequest.Name': { min: 1, max: 3, pattern: '[a-z]+' },
    'PutRequest.Names': { max: 2 },
    'PutRequest.Names[]': { max: 9, sensitive: true },
    'PutRequest.Odd': { min: 0 },
  });
});

test('an operation that botocore does not know is an error', () => {
  expect(() => constraintsOf(model, ['Pong'])).toThrow('Pong');
});
