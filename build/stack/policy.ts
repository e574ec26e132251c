/** CloudFormation, as data. */
export type Value = string | number | boolean | Value[] | { [key: string]: Value };
export type Resources = Record<string, { Type: string; Properties: Record<string, Value> }>;

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: Value[];
  Condition?: Record<string, Record<string, Value>>;
}

/** IAM counts a policy's characters without white space. */
export const INLINE_LIMIT = 10_240;

export const sub = (text: string): Value => ({ 'Fn::Sub': text });
export const arnOf = (logicalId: string): Value => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export function policyDocument(statements: readonly Statement[]): Value {
  return { Version: '2012-10-17', Statement: statements as unknown as Value };
}

export function trust(service: string): Value {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
}

/** `launch-runs` → `LaunchRuns`, as serverless.yml writes the logical ids. */
export function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_match, first: string) => first.toUpperCase());
}

/** How many characters the policy has once deployed, in the region and partition with the longest names. */
export function policyLength(value: Value): number {
  return JSON.stringify(expand(value)).length;
}

function expand(value: Value): Value {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object') return value;
  const [[key, given] = ['', '']] = Object.entries(value);
  if (key === 'Ref') return 'x'.repeat(64);
  if (key === 'Fn::GetAtt') return 'x'.repeat(128);
  if (key === 'Fn::Sub') return expandSub(String(given));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expand(member)]));
}

const longest: Record<string, string> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-2',
  'AWS::AccountId': '123456789012',
};

function expandSub(text: string): string {
  return text.replace(/\$\{([^}]+)\}/g, (_match, name: string) => longest[name] ?? 'x'.repeat(128));
}
