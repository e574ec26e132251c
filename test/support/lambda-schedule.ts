import type { LambdaSchedule } from '../../shared/aws/scheduler.ts';

/** A nightly schedule as sync-schedules wants it. */
export const lambdaSchedule = (more: Partial<LambdaSchedule> = {}): LambdaSchedule => ({
  name: 'backup',
  group: 'batuta-test',
  expression: 'cron(0 3 * * ? *)',
  timezone: 'UTC',
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:start-scheduled-run',
  roleArn: 'arn:aws:iam::123456789012:role/scheduler',
  input: '{"job":"backup"}',
  deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:dead-letters',
  state: 'ENABLED',
  afterCompletion: 'NONE',
  retries: 185,
  maxAgeSeconds: 86_400,
  ...more,
});
