import type { Access, Caller, Place } from '../service.ts';

const ofRegistry: ReadonlySet<string> = new Set([
  'GetAuthorizationToken',
  'PutRegistryScanningConfiguration',
  'GetRegistryScanningConfiguration',
  'PutReplicationConfiguration',
  'DescribeRegistry',
]);

/** Each operation on its repository, of whichever registry; source: Service Authorization Reference, Amazon ECR. */
export function ecrAccess(
  place: Place,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  caller?: Caller,
): Access[] {
  const action = `ecr:${operation}`;
  const home = `${caller?.region ?? place.region}:${String(input.registryId ?? place.account)}`;
  const arn = (name: unknown) => `arn:aws:ecr:${home}:repository/${String(name)}`;
  if (ofRegistry.has(operation)) return [{ action, resource: '*' }];
  if (input.repositoryName !== undefined) return [{ action, resource: arn(input.repositoryName) }];
  const names = Array.isArray(input.repositoryNames) ? input.repositoryNames : [];
  if (names.length > 0) return names.map((name) => ({ action, resource: arn(name) }));
  return [{ action, resource: arn('*') }];
}
