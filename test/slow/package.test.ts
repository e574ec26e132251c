import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveStack } from '../../local/lambda/stack/resolve-stack.ts';
import { rolesOf } from '../../local/lambda/stack/roles.ts';
import type { StackResource } from '../../local/lambda/stack/stack.ts';
import { evaluateTemplate, functionLogicalId } from '../../local/lambda/stack/template.ts';

const place = { account: '123456789012', region: 'us-east-1' };
const configFile = resolve('batuta.yml');
const stack = await resolveStack({ configFile, stage: 'dev' });
const { Conditions, Resources } = JSON.parse(
  readFileSync('.serverless/cloudformation-template-update-stack.json', 'utf8'),
);
const provider = { stage: 'dev', region: 'us-east-1' };
const packaged = evaluateTemplate(
  { service: 'batuta', provider, functions: {}, resources: { Conditions, Resources } },
  { stackName: 'batuta-dev', ...place },
).resources;
const ofType = (type: string) => Object.values(packaged).filter((resource) => resource.type === type);
const properties = ({ properties: all }: StackResource) => all as Record<string, never>;

describe('the packaged template is what the local system runs', () => {
  test('every function has the same handler, time, memory, role, environment and dead-letter queue', () => {
    const functions = Object.values(stack.functions).map((given) => [functionLogicalId(given.name), given] as const);
    expect(ofType('AWS::Lambda::Function')).toHaveLength(functions.length);
    for (const [logicalId, given] of functions) {
      expect(packaged[logicalId]?.properties).toMatchObject({
        FunctionName: given.functionName,
        Handler: given.handler,
        Timeout: given.timeoutSeconds,
        MemorySize: given.memoryMiB,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Role: stack.roles[given.roleName]?.arn,
        ...(given.deadLetterArn && { DeadLetterConfig: { TargetArn: given.deadLetterArn } }),
      });
      expect(properties(packaged[logicalId] as StackResource).Environment).toEqual({ Variables: given.environment });
    }
  });

  test('every role has the same statements', () => {
    expect(rolesOf(packaged)).toEqual(stack.roles);
  });

  test('every rule has the same pattern or schedule, bus, target and dead-letter queue', () => {
    const rules = ofType('AWS::Events::Rule').map((rule) => {
      const { EventBusName, EventPattern, ScheduleExpression, Targets } = rule.properties as Record<string, unknown>;
      const [target] = Targets as { Arn: string; DeadLetterConfig?: { Arn: string } }[];
      return [
        EventBusName ?? 'default',
        EventPattern ?? ScheduleExpression,
        target?.Arn,
        target?.DeadLetterConfig?.Arn,
      ];
    });
    const ours = stack.rules.map((rule) => [
      rule.bus,
      rule.pattern ?? rule.schedule,
      rule.functionArn,
      rule.deadLetterArn,
    ]);
    expect(rules.map((rule) => JSON.stringify(rule)).toSorted()).toEqual(
      ours.map((rule) => JSON.stringify(rule)).toSorted(),
    );
  });

  test('the subscription filter and the routes are the same', () => {
    expect(ofType('AWS::Logs::SubscriptionFilter').map(properties)).toEqual(
      stack.subscriptions.map(({ logGroup, filterPattern, functionArn }) => ({
        LogGroupName: logGroup,
        FilterPattern: filterPattern,
        DestinationArn: functionArn,
      })),
    );
    const routes = ofType('AWS::ApiGatewayV2::Route').map((route) => properties(route).RouteKey);
    expect(routes).toEqual(stack.routes.map(({ method, path }) => `${method} ${path}`));
  });

  test('every resource of serverless.yml is there, with the same properties', () => {
    for (const [logicalId, resource] of Object.entries(stack.resources))
      if (resource.type !== 'AWS::Lambda::Function') expect(packaged[logicalId]).toEqual(resource);
  });
});
