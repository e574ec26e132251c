import type { Access, Place } from '../service.ts';
import { parameterArn } from './names.ts';
import type { ParameterVersion } from './store.ts';

/**
 * What a call needs: the parameters, and to decrypt one under a key of the customer's own, that key.
 * AWS's key for Parameter Store lets everybody of the account decrypt. Sources: Systems Manager's guide,
 * "Restricting decryption of SecureString parameter values"; KMS's guide, "How AWS Systems Manager Parameter Store
 * uses AWS KMS" (the encryption context is `PARAMETER_ARN`).
 */
export function accessOf(
  place: Place,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  find: (name: string) => ParameterVersion | undefined,
): Access[] {
  const action = `ssm:${operation}`;
  const asked = input.Name ?? input.Names ?? input.Path;
  if (asked === undefined) return [{ action, resource: '*' }];
  const names = [asked as string | string[]].flat();
  const decrypted = input.WithDecryption === true ? names.flatMap((name) => find(name) ?? []) : [];
  return [
    ...names.map((name) => ({ action, resource: parameterArn(place, name) })),
    ...decrypted.flatMap((parameter) => decryption(place, parameter)),
  ];
}

function decryption(place: Place, { name, keyId }: ParameterVersion): Access[] {
  if (keyId === undefined || keyId === 'alias/aws/ssm') return [];
  const context = {
    'kms:viaservice': `ssm.${place.region}.amazonaws.com`,
    'kms:encryptioncontext:parameter_arn': parameterArn(place, name),
  };
  const resource = keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${place.region}:${place.account}:key/${keyId}`;
  return [{ action: 'kms:Decrypt', resource, context }];
}
