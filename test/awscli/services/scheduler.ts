import type { Aws } from '../aws.ts';

const target = JSON.stringify({
  Arn: 'arn:aws:lambda:us-east-1:123456789012:function:batuta-local-start-scheduled-run',
  RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
  Input: '{}',
});
const when = [
  '--schedule-expression',
  'cron(0 3 * * ? 2099)',
  '--flexible-time-window',
  'Mode=OFF',
  '--target',
  target,
];

export async function scheduler(aws: Aws): Promise<void> {
  const group = ['--group-name', 'cli'];
  const nightly = ['--name', 'nightly', ...group];
  await aws.gives(['create-schedule-group', '--name', 'cli'], {
    ScheduleGroupArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule-group/cli',
  });
  await aws.gives(['list-schedule-groups'], { ScheduleGroups: [{ Name: 'batuta-local' }, { Name: 'cli' }] });
  await aws.gives(['get-schedule-group', '--name', 'cli'], { Name: 'cli', State: 'ACTIVE' });
  await aws.gives(['list-schedules', '--group-name', 'batuta-local'], { Schedules: [{ GroupName: 'batuta-local' }] });
  await aws.gives(['create-schedule', ...nightly, ...when], {
    ScheduleArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/cli/nightly',
  });
  await aws.refuses(['create-schedule', ...nightly, ...when], 'ConflictException');
  await aws.gives(['get-schedule', ...nightly], { ScheduleExpression: 'cron(0 3 * * ? 2099)', State: 'ENABLED' });
  const disabled = [...nightly, ...when, '--state', 'DISABLED', '--schedule-expression-timezone', 'Europe/Lisbon'];
  await aws.gives(['update-schedule', ...disabled], {});
  await aws.gives(['get-schedule', ...nightly], {
    State: 'DISABLED',
    ScheduleExpressionTimezone: 'Europe/Lisbon',
    FlexibleTimeWindow: { Mode: 'OFF' },
  });
  const task = {
    Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/none',
    RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
    EcsParameters: {
      TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/none',
      NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['subnet-1'] } },
    },
  };
  await aws.gives(['update-schedule', ...nightly, ...when.slice(0, -1), JSON.stringify(task)], {});
  await aws.gives(['get-schedule', ...nightly], { Target: task });
  await aws.gives(['delete-schedule', ...nightly], {});
  await aws.refuses(['get-schedule', ...nightly], 'ResourceNotFoundException');
  const bad = ['--schedule-expression', 'cron(0 3 * *)', '--flexible-time-window', 'Mode=OFF', '--target', target];
  await aws.refuses(['create-schedule', ...nightly, ...bad], 'ValidationException');
  await aws.gives(['delete-schedule-group', '--name', 'cli'], {});
}
