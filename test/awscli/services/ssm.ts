import type { Aws } from '../aws.ts';

export async function ssm(aws: Aws): Promise<void> {
  const put = (name: string, value: string, ...more: string[]) => [
    'put-parameter',
    '--name',
    name,
    '--value',
    value,
    ...more,
  ];
  await aws.gives(put('/cli/plain', 'one', '--type', 'String'), { Version: 1, Tier: 'Standard' });
  await aws.gives(put('/cli/secret', 'dummy', '--type', 'SecureString'), { Version: 1 });
  await aws.refuses(put('/cli/plain', 'two', '--type', 'String'), 'ParameterAlreadyExists');
  await aws.gives(put('/cli/plain', 'two', '--overwrite'), { Version: 2 });
  const plain = { Name: '/cli/plain', Type: 'String', Value: 'two', Version: 2 };
  await aws.gives(['get-parameter', '--name', '/cli/plain'], { Parameter: plain });
  const secret = ['get-parameter', '--name', '/cli/secret', '--with-decryption'];
  await aws.gives(secret, { Parameter: { Type: 'SecureString', Value: 'dummy' } });
  await aws.gives(['get-parameters', '--names', '/cli/plain', '/cli/none'], {
    Parameters: [plain],
    InvalidParameters: ['/cli/none'],
  });
  await aws.gives(['get-parameters-by-path', '--path', '/cli'], {
    Parameters: [{ Name: '/cli/plain' }, { Name: '/cli/secret' }],
  });
  await aws.gives(['describe-parameters'], { Parameters: [{ Name: '/shop/db/password', Type: 'SecureString' }] });
  await aws.gives(['delete-parameters', '--names', '/cli/secret', '/cli/none'], {
    DeletedParameters: ['/cli/secret'],
    InvalidParameters: ['/cli/none'],
  });
  await aws.gives(['delete-parameter', '--name', '/cli/plain'], {});
  await aws.refuses(['get-parameter', '--name', '/cli/plain'], 'ParameterNotFound');
  await aws.refuses(['delete-parameter', '--name', '/cli/plain'], 'ParameterNotFound');
}
