import type { Aws } from '../aws.ts';

export async function logs(aws: Aws): Promise<void> {
  await aws.gives(['describe-log-groups', '--log-group-name-prefix', '/batuta/local'], {
    logGroups: [{ logGroupName: '/batuta/local/jobs', retentionInDays: 30 }],
  });
  const group = ['--log-group-name', '/cli/test'];
  const stream = [...group, '--log-stream-name', 'one'];
  await aws.gives(['create-log-group', ...group], {});
  await aws.refuses(['create-log-group', ...group], 'ResourceAlreadyExistsException');
  await aws.gives(['put-retention-policy', ...group, '--retention-in-days', '7'], {});
  await aws.gives(['create-log-stream', ...stream], {});
  const at = Date.now();
  const lines = JSON.stringify([
    { timestamp: at, message: 'first line' },
    { timestamp: at + 1, message: 'second line' },
  ]);
  await aws.gives(['put-log-events', ...stream, '--log-events', lines], {});
  await aws.gives(['describe-log-streams', ...group], { logStreams: [{ logStreamName: 'one' }] });
  await aws.gives(['get-log-events', ...stream, '--start-from-head'], {
    events: [
      { timestamp: at, message: 'first line' },
      { timestamp: at + 1, message: 'second line' },
    ],
  });
  await aws.gives(['filter-log-events', ...group, '--filter-pattern', 'second'], {
    events: [{ logStreamName: 'one', message: 'second line' }],
  });
  await aws.gives(['describe-subscription-filters', '--log-group-name', '/batuta/local/jobs'], {
    subscriptionFilters: [{ logGroupName: '/batuta/local/jobs' }],
  });
  await aws.refuses(['get-log-events', ...group, '--log-stream-name', 'none'], 'ResourceNotFoundException');
  const unpaired = ['put-retention-policy', ...group, '--retention-in-days', '8'];
  await aws.refuses(unpaired, 'InvalidParameterException');
  await aws.gives(['delete-log-group', ...group], {});
  await aws.refuses(['describe-log-streams', ...group], 'ResourceNotFoundException');
}
