import type { Aws } from '../aws.ts';

export async function secretsmanager(aws: Aws): Promise<void> {
  const create = ['create-secret', '--name', 'cli/key', '--secret-string', 'dummy'];
  const id = ['--secret-id', 'cli/key'];
  await aws.gives(create, { Name: 'cli/key', ARN: /:secret:cli\/key-[A-Za-z0-9]{6}$/ });
  await aws.refuses(create, 'ResourceExistsException');
  await aws.gives(['get-secret-value', ...id], {
    Name: 'cli/key',
    SecretString: 'dummy',
    VersionStages: ['AWSCURRENT'],
  });
  await aws.gives(['put-secret-value', ...id, '--secret-string', 'another'], { VersionStages: ['AWSCURRENT'] });
  await aws.gives(['get-secret-value', ...id], { SecretString: 'another' });
  await aws.gives(['describe-secret', ...id], { Name: 'cli/key' });
  await aws.gives(['delete-secret', ...id, '--force-delete-without-recovery'], { Name: 'cli/key' });
  await aws.refuses(['get-secret-value', ...id], 'ResourceNotFoundException');
}
