import type * as model from '@aws-sdk/client-sts';
import * as stsModel from '@aws-sdk/client-sts';
import type { Operations, Place, Service } from '../service.ts';

/** STS: who calls. The local access key names the role. */
export function createSts({ place }: { place: Place }): Service {
  const operations = {
    GetCallerIdentity(_input, { accessKeyId }) {
      return {
        UserId: `${accessKeyId}:local`,
        Account: place.account,
        Arn: `arn:aws:sts::${place.account}:assumed-role/${accessKeyId}/local`,
      };
    },
  } satisfies Operations<typeof model>;
  return {
    name: 'sts',
    model: stsModel,
    protocol: 'query',
    version: '2011-06-15',
    invalidInput: 'ValidationError',
    operations,
    // AWS answers it to anyone, even where a policy denies it.
    access: () => [],
  };
}
