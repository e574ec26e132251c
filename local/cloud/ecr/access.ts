import type { Access, Place } from '../service.ts';

/** Each operation on its repository; source: Service Authorization Reference, Amazon ECR. */
export function ecrAccess(
  { account, region }: Place,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Access[] {
  const action = `ecr:${operation}`;
  const arn = (name: unknown) => `arn:aws:ecr:${region}:${account}:repository/${String(name)}`;
  if (input.repositoryName !== undefined) return [{ action, resource: arn(input.repositoryName) }];
  const names = Array.isArray(input.repositoryNames) ? input.repositoryNames : [];
  if (names.length > 0) return names.map((name) => ({ action, resource: arn(name) }));
  return [{ action, resource: operation === 'DescribeRepositories' ? arn('*') : '*' }];
}
