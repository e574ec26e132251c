import { describe, expect, test } from 'vitest';
import { evaluate, NO_VALUE, type Scope } from '../../local/lambda/stack/evaluate.ts';

const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref-${name}`),
  getAtt: (logicalId, attribute) => `${logicalId}/${attribute}`,
  condition: (name) => ({ Yes: { 'Fn::Equals': ['', ''] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } })[name],
};

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['plain values stay', { a: [1, 'x', true, null] }, { a: [1, 'x', true, null] }],
    ['Ref', { Ref: 'Bus' }, 'ref-Bus'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'Queue/Arn'],
    ['Sub with names and attributes', { 'Fn::Sub': `\${Bus}:\${Queue.Arn}` }, 'ref-Bus:Queue/Arn'],
    [`Sub leaves \${!x}`, { 'Fn::Sub': `\${!x}` }, `\${x}`],
    ['Sub with variables of its own', { 'Fn::Sub': [`\${a}-\${Bus}`, { a: { Ref: 'X' } }] }, 'ref-X-ref-Bus'],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'B' }]] }, 'a/ref-B'],
    ['If takes the first where the condition holds', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['If takes the second where it does not', { 'Fn::If': ['No', 1, { Ref: 'B' }] }, 'ref-B'],
    [
      'And, Or',
      [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, { 'Fn::Or': [{ Condition: 'Yes' }] }],
      [false, true],
    ],
    ['NoValue removes its property', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    [
      'a statement with Condition alone is no condition',
      { Condition: { StringEquals: {} } },
      { Condition: { StringEquals: {} } },
    ],
  ])('%s', (_fact, value, expected) => expect(evaluate(value, scope)).toEqual(expected));

  test('an unknown function is named', () => {
    expect(() => evaluate({ 'Fn::Cidr': [] }, scope)).toThrow('serverless.yml uses Fn::Cidr');
  });
});
