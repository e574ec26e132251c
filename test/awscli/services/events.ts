import type { Aws } from '../aws.ts';

const pattern = JSON.stringify({ source: ['cli.test'], detail: { code: [{ numeric: ['>', 0] }] } });
const event = (code: number) =>
  JSON.stringify({
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': 'Test',
    source: 'cli.test',
    account: '123456789012',
    time: '2026-11-11T21:29:54Z',
    region: 'us-east-1',
    resources: [],
    detail: { code },
  });

async function rules(aws: Aws): Promise<void> {
  const rule = ['--name', 'cli-rule'];
  await aws.gives(['put-rule', ...rule, '--event-pattern', pattern], {
    RuleArn: 'arn:aws:events:us-east-1:123456789012:rule/cli-rule',
  });
  await aws.gives(['describe-rule', ...rule], { Name: 'cli-rule', State: 'ENABLED', EventPattern: pattern });
  const queue = 'arn:aws:sqs:us-east-1:123456789012:nowhere';
  await aws.gives(['put-targets', '--rule', 'cli-rule', '--targets', `Id=q,Arn=${queue}`], { FailedEntryCount: 0 });
  await aws.gives(['list-targets-by-rule', '--rule', 'cli-rule'], { Targets: [{ Id: 'q', Arn: queue }] });
  const task = JSON.stringify([
    {
      Id: 't',
      Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/none',
      RoleArn: 'arn:aws:iam::123456789012:role/events',
      EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/none', TaskCount: 2 },
    },
  ]);
  await aws.gives(['put-targets', '--rule', 'cli-rule', '--targets', task], { FailedEntryCount: 0 });
  await aws.gives(['list-targets-by-rule', '--rule', 'cli-rule'], { Targets: [{ Id: 'q' }, JSON.parse(task)[0]] });
  await aws.gives(['list-rule-names-by-target', '--target-arn', queue], { RuleNames: ['cli-rule'] });
  await aws.gives(['remove-targets', '--rule', 'cli-rule', '--ids', 't'], { FailedEntryCount: 0 });
  await aws.gives(['disable-rule', ...rule], {});
  await aws.gives(['list-rules', '--name-prefix', 'cli-'], { Rules: [{ Name: 'cli-rule', State: 'DISABLED' }] });
  await aws.gives(['enable-rule', ...rule], {});
  await aws.refuses(['delete-rule', ...rule], 'ValidationException');
  await aws.gives(['remove-targets', '--rule', 'cli-rule', '--ids', 'q'], { FailedEntryCount: 0 });
  await aws.gives(['delete-rule', ...rule], {});
  await aws.refuses(['describe-rule', ...rule], 'ResourceNotFoundException');
  const bad = ['put-rule', ...rule, '--event-pattern', '{"source": "no list"}'];
  await aws.refuses(bad, 'InvalidEventPatternException');
}

export async function events(aws: Aws): Promise<void> {
  const matches = (code: number) => ['test-event-pattern', '--event-pattern', pattern, '--event', event(code)];
  await aws.gives(matches(1), { Result: true });
  await aws.gives(matches(0), { Result: false });
  await aws.gives(['list-event-buses'], { EventBuses: [{ Name: 'batuta-local' }, { Name: 'default' }] });
  await aws.gives(['create-event-bus', '--name', 'cli'], {
    EventBusArn: 'arn:aws:events:us-east-1:123456789012:event-bus/cli',
  });
  await aws.gives(['describe-event-bus', '--name', 'cli'], { Name: 'cli' });
  const entry = { Source: 'cli.test', DetailType: 'Test', Detail: '{"code":1}', EventBusName: 'cli' };
  const put = (entries: unknown) => ['put-events', '--entries', JSON.stringify(entries)];
  await aws.gives(put([entry]), { FailedEntryCount: 0, Entries: [{ EventId: /^[0-9a-f-]{36}$/ }] });
  await aws.gives(put([{ ...entry, Detail: 'no JSON' }]), {
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'MalformedDetail' }],
  });
  await rules(aws);
  await aws.gives(['delete-event-bus', '--name', 'cli'], {});
}
