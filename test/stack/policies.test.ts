import { describe, expect, test } from 'vitest';
import {
  configurationValues,
  parameterArn,
  repositoryArn,
  secretArns,
} from '../../build/stack/configuration-values.ts';
import { cutToSize, executionPolicyResources } from '../../build/stack/execution-policies.ts';
import { policyDocument, policyLength, type Statement } from '../../build/stack/policy.ts';
import { roleResources } from '../../build/stack/roles.ts';
import { configOf, PLACE } from '../support/configuration.ts';

const arn = (service: string, resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
const job = (secrets: Record<string, string>) => ({ image: 'tools/report:1', command: ['report'], secrets });
const configWith = (jobs: Record<string, object>, more = '') =>
  configOf(`${PLACE}${more}jobs: ${JSON.stringify(jobs)}\n`);

describe('what the stack takes from batuta.yml', () => {
  test('clusters, services, repositories and channel parameters become ARNs', () => {
    const config = configOf(`${PLACE}services:
  shop-api: { image: { repository: shop/api, tags: newest } }
  other: { cluster: second, image: { repository: shop/api, tags: newest } }
channels:
  ops: { type: webhook, url: "ssm:/batuta/ops/url", secret: ["ssm:/batuta/new", "ssm:/batuta/old"] }
  chat: { type: slack, token: "ssm:/batuta/slack", channel: C0123456 }
  oncall: { type: pagerduty, routingKey: "ssm:/batuta/slack" }
  mail: { type: sns, topic: "arn:aws:sns:eu-west-1:123456789012:news" }
  audit: { type: eventbridge, bus: "arn:aws:events:us-east-1:210987654321:event-bus/audit" }
routes: [{ when: {}, to: [ops] }]
`);
    expect(configurationValues(config)).toMatchObject({
      clusterArns: [arn('ecs', 'cluster/prod'), arn('ecs', 'cluster/second')],
      serviceArns: [arn('ecs', 'service/prod/*'), arn('ecs', 'service/second/*')],
      repositoryArns: [arn('ecr', 'repository/shop/api')],
      channelParameterArns: ['new', 'old', 'ops/url', 'slack'].map((name) => arn('ssm', `parameter/batuta/${name}`)),
      channelTopicArns: ['arn:aws:sns:eu-west-1:123456789012:news'],
      channelBusArns: ['arn:aws:events:us-east-1:210987654321:event-bus/audit'],
      hash: config.hash,
    });
  });

  const task = 'image: { repository: shop/report, tags: newest }';

  test('a repository of another account or region is named there, each once', () => {
    const other = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';
    const config = configOf(`${PLACE}registries: [${other}]
services:
  a: { image: { repository: shop/api, registry: ${other}, tags: newest } }
  b: { image: { repository: shop/api, registry: ${other}, tags: newest } }
  c: { image: { repository: example.org/toolbox, tags: newest } }
scheduledTasks:
  d: { ${task}, rule: nightly }
`);
    expect(configurationValues(config).repositoryArns).toEqual([
      arn('ecr', 'repository/example.org/toolbox'),
      arn('ecr', 'repository/shop/report'),
      { 'Fn::Sub': `arn:\${AWS::Partition}:ecr:eu-west-1:210987654321:repository/shop/api` },
    ]);
  });

  test('the rules and schedules of scheduled tasks become ARNs, each once', () => {
    const config = configOf(`${PLACE}scheduledTasks:
  a: { ${task}, rule: nightly }
  b: { ${task}, rule: nightly, bus: own }
  c: { ${task}, schedule: weekly }
  d: { ${task}, schedule: weekly, group: reports, container: x }
  e: { ${task}, schedule: weekly, group: reports, container: y }
`);
    expect(configurationValues(config)).toMatchObject({
      ruleArns: [arn('events', 'rule/nightly'), arn('events', 'rule/own/nightly')],
      scheduleArns: [arn('scheduler', 'schedule/default/weekly'), arn('scheduler', 'schedule/reports/weekly')],
      targetParameterArns: [arn('ssm', 'parameter/*')],
      targetSecretArns: [arn('secretsmanager', 'secret:*')],
    });
  });

  test('any log may be read only where a service wants the last lines', () => {
    const api = (rest: string) => configOf(`${PLACE}services: { a: { ${task}${rest} } }`);
    expect(configurationValues(api('')).logTailArns).toEqual([]);
    expect(configurationValues(api(', logTail: true')).logTailArns).toEqual([arn('logs', 'log-group:*:log-stream:*')]);
  });

  test('what nobody wants is an empty list, whose statement is left out', () => {
    const { ruleArns, scheduleArns, logTailArns, targetParameterArns, targetSecretArns, repositoryArns } =
      configurationValues(configOf(PLACE));
    const lists = [ruleArns, scheduleArns, logTailArns, targetParameterArns, targetSecretArns, repositoryArns];
    expect(lists.flat()).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['/shop/db/password', arn('ssm', 'parameter/shop/db/password')],
    ['password', arn('ssm', 'parameter/password')],
    ['arn:aws:ssm:eu-west-1:1:parameter/x', 'arn:aws:ssm:eu-west-1:1:parameter/x'],
  ])('the parameter %s', (name, expected) => expect(parameterArn(name)).toEqual(expected));

  const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db';
  test.each<[string, string, string[]]>([
    ['a full ARN', `${secret}-AbCdEf`, [`${secret}-AbCdEf`]],
    ['one with a JSON key', `${secret}-AbCdEf:password::`, [`${secret}-AbCdEf`]],
    ['one without its random end', secret, [secret, `${secret}-??????`]],
  ])('a secret by %s', (_what, valueFrom, expected) => expect(secretArns(valueFrom)).toEqual(expected));

  test.each<[string, unknown]>([
    ['toolbox', undefined],
    ['tools/report:1', arn('ecr', 'repository/tools/report')],
    [
      '210987654321.dkr.ecr.eu-west-1.amazonaws.com/tools/report@sha256:0',
      { 'Fn::Sub': `arn:\${AWS::Partition}:ecr:eu-west-1:210987654321:repository/tools/report` },
    ],
    ['ghcr.io/tools/report:1', undefined],
  ])('the image %s', (image, expected) => expect(repositoryArn(image)).toEqual(expected));
});

describe('a role per function', () => {
  const statements: Record<string, Statement[]> = {
    publish: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['bus'] }],
    none: [{ Effect: 'Allow', Action: ['ecs:UpdateService'], Resource: [] }],
    noCluster: [
      { Effect: 'Allow', Action: ['ecs:RunTask'], Resource: ['*'], Condition: { ArnEquals: { 'ecs:cluster': [] } } },
    ],
    long: [
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: Array.from({ length: 300 }, (_, i) => `arn:aws:iam::123456789012:role/service-role-${i}`),
      },
    ],
  };
  const actionsOf = (names: string[], asynchronous: string[] = []) => {
    const { LaunchRunsRole } = roleResources(
      { permissions: { 'launch-runs': names }, statements, asynchronous },
      'batuta-dev',
      'p',
    );
    const [policy] = (LaunchRunsRole?.Properties.Policies ?? []) as unknown as {
      PolicyDocument: { Statement: Statement[] };
    }[];
    return policy?.PolicyDocument.Statement.flatMap(({ Action }) => Action);
  };

  test('it has its log group, its dead-letter queue and what is listed', () => {
    expect(actionsOf(['publish'], ['launch-runs'])).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'events:PutEvents',
    ]);
  });
  test('a function without a dead-letter queue may send nothing', () => {
    expect(actionsOf(['publish'])).not.toContain('sqs:SendMessage');
  });
  test('a statement about nothing is left out, since IAM refuses an empty list', () => {
    expect(actionsOf(['none', 'noCluster'])).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });
  test('an unknown name is an error that names it', () => {
    expect(() => actionsOf(['pubish'])).toThrow('custom.permissions.launch-runs: no custom.statements.pubish');
  });
  test("a policy over IAM's limit is an error that says what to do", () => {
    expect(() => actionsOf(['long'])).toThrow(
      /launch-runs would have 1\d{4} characters, IAM allows 10240: use fewer passRoles/,
    );
  });
});

describe("the execution role's policies", () => {
  test('name exactly the configured images and secrets', () => {
    const config = configWith({
      report: job({ A: '/shop/a', B: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:b-AbCdEf' }),
    });
    const { ExecutionPolicy1, SecretsExistPolicy1, ...more } = executionPolicyResources(config, 'p');
    expect(more).toEqual({});
    const statementsOf = (policy: typeof ExecutionPolicy1) =>
      ((policy?.Properties.PolicyDocument ?? {}) as unknown as { Statement: Statement[] }).Statement;
    expect(statementsOf(SecretsExistPolicy1).map(({ Action, Resource }) => [Action[0], Resource])).toEqual([
      ['ssm:GetParameters', [arn('ssm', 'parameter/shop/a')]],
      ['secretsmanager:DescribeSecret', ['arn:aws:secretsmanager:us-east-1:123456789012:secret:b-AbCdEf']],
    ]);
    expect(statementsOf(ExecutionPolicy1).map(({ Action, Resource }) => [Action[0], Resource])).toEqual([
      ['kms:Decrypt', [expect.anything()]],
      ['ecr:BatchCheckLayerAvailability', [arn('ecr', 'repository/tools/report')]],
      ['ssm:GetParameters', [arn('ssm', 'parameter/shop/a')]],
      ['secretsmanager:GetSecretValue', ['arn:aws:secretsmanager:us-east-1:123456789012:secret:b-AbCdEf']],
    ]);
  });

  test('name the images of services that jobs run with, before or after their deployment, once', () => {
    const image = (repository: string) => `image: { repository: ${repository}, tags: newest }`;
    const config = configWith(
      { migrate: { ...job({}), image: 'shop/api:1' } },
      `services:
  a: { ${image('shop/api')}, before: [migrate] }
  b: { ${image('shop/web')}, after: [migrate] }
  c: { ${image('shop/none')} }
`,
    );
    const { ExecutionPolicy1 } = executionPolicyResources(config, 'p');
    const { Statement } = (ExecutionPolicy1?.Properties.PolicyDocument ?? {}) as unknown as { Statement: Statement[] };
    expect(Statement.map(({ Resource }) => Resource)).toEqual([
      [arn('ecr', 'repository/shop/api'), arn('ecr', 'repository/shop/web')],
    ]);
  });

  test('are none without images and secrets', () => {
    expect(executionPolicyResources(configOf(PLACE), 'p')).toEqual({});
  });

  const secrets = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`S${i}`, `/a/long/path/of/parameters/number-${i}`]));

  test("are cut where one would exceed IAM's limit, and nothing is lost", () => {
    const policies = Object.values(executionPolicyResources(configWith({ report: job(secrets(150)) }), 'p'));
    expect(policies.length).toBeGreaterThan(2);
    for (const { Properties } of policies)
      expect(policyLength(Properties.PolicyDocument ?? '')).toBeLessThanOrEqual(6144);
    for (let i = 0; i < 150; i++) expect(JSON.stringify(policies)).toContain(`number-${i}"`);
  });

  test.each([800, 2000])('of more than ten are an error that says what to do: %i parameters', (count) => {
    expect(() => executionPolicyResources(configWith({ report: job(secrets(count)) }), 'p')).toThrow(
      /10 managed policies.*\(\d\d needed\).*keep several values in one Secrets Manager secret/,
    );
  });

  test('2000 values of twenty secrets name each secret once', () => {
    const secret = (i: number) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-${i % 20}-AbCdEf`;
    const values = Array.from({ length: 2000 }, (_, i) => [`S${i}`, `${secret(i)}:key-${i}::`]);
    const policies = executionPolicyResources(configWith({ report: job(Object.fromEntries(values)) }), 'p');
    expect(Object.keys(policies)).toEqual(['ExecutionPolicy1', 'SecretsExistPolicy1']);
    for (let i = 0; i < 20; i++) expect(JSON.stringify(policies.ExecutionPolicy1).split(secret(i))).toHaveLength(2);
  });

  test('a single need fits even a limit that is too small', () => {
    const need: Statement = { Effect: 'Allow', Action: ['a:b'], Resource: ['x'] };
    expect(cutToSize([need, { ...need, Resource: ['y'] }], 10)).toEqual([[need], [{ ...need, Resource: ['y'] }]]);
    expect(policyLength(policyDocument([need]))).toBeGreaterThan(10);
  });
});
