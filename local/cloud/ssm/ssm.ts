import type * as model from '@aws-sdk/client-ssm';
import * as ssmModel from '@aws-sdk/client-ssm';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place, type Service } from '../service.ts';
import { accessOf } from './access.ts';
import { filtered } from './filters.ts';
import { checkPath, nameOf, parameterArn, splitSelector } from './names.ts';
import { createParameterStore, findVersion, type ParameterVersion } from './store.ts';

export interface Ssm extends Service {
  /** The decrypted value of a parameter by name, `name:version` or ARN; undefined if there is none. */
  resolve(nameOrArn: string): string | undefined;
}

// AWS sends this error without a message.
const notFound = () => new AwsError('ParameterNotFound', '');

/** SSM Parameter Store in memory. */
export function createSsm({ place, clock }: { place: Place; clock: Clock }): Ssm {
  const store = createParameterStore(clock);

  const shown = (found: ParameterVersion, decrypt: boolean | undefined, selector?: string): model.Parameter => ({
    Name: found.name,
    Type: found.type,
    Value: found.type === 'SecureString' && !decrypt ? found.ciphertext : found.value,
    Version: found.version,
    ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    LastModifiedDate: new Date(found.modifiedMs),
    ARN: parameterArn(place, found.name),
    DataType: 'text',
  });

  const lookUp = (nameOrArn: string) => {
    const { name: named, selector } = splitSelector(nameOf(nameOrArn));
    // `x` and `/x` have the same ARN.
    const slashed = nameOrArn.startsWith('arn:') && store.versions(named).length === 0 && !named.startsWith('/');
    const name = slashed ? `/${named}` : named;
    return { name, selector, found: findVersion(store, name, selector) };
  };

  const invalidToken = (): never => {
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  };

  const operations = {
    PutParameter(input) {
      const { version, tier } = store.put(input);
      return { Version: version, Tier: tier };
    },
    GetParameter(input) {
      const { name, selector, found } = lookUp(input.Name);
      if (found) return { Parameter: shown(found, input.WithDecryption, selector) };
      if (store.versions(name).length === 0) throw notFound();
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    },
    GetParameters(input) {
      const looked = input.Names.map((asked) => ({ asked, ...lookUp(asked) }));
      return {
        Parameters: looked.flatMap(({ found, selector }) =>
          found ? [shown(found, input.WithDecryption, selector)] : [],
        ),
        InvalidParameters: looked.filter(({ found }) => !found).map(({ asked }) => asked),
      };
    },
    GetParametersByPath(input) {
      checkPath(input.Path);
      const prefix = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
      const below = store.all().filter(({ name }) => {
        const rest = name.startsWith(prefix) ? name.slice(prefix.length) : prefix === '/' ? name : undefined;
        return rest !== undefined && (input.Recursive || !rest.includes('/'));
      });
      const page = pageOf(below, input.NextToken, input.MaxResults ?? 10, invalidToken);
      return {
        Parameters: page.items.map((found) => shown(found, input.WithDecryption)),
        ...(page.next ? { NextToken: page.next } : {}),
      };
    },
    DescribeParameters(input) {
      const page = pageOf(
        filtered(store.all(), input.ParameterFilters ?? []),
        input.NextToken,
        input.MaxResults ?? 10,
        invalidToken,
      );
      return {
        Parameters: page.items.map((found) => described(found, place)),
        ...(page.next ? { NextToken: page.next } : {}),
      };
    },
    DeleteParameter(input) {
      if (!store.remove(nameOf(input.Name))) throw notFound();
      return {};
    },
    DeleteParameters(input) {
      const gone = input.Names.map((name) => ({ name, removed: store.remove(nameOf(name)) }));
      return {
        DeletedParameters: gone.filter(({ removed }) => removed).map(({ name }) => name),
        InvalidParameters: gone.filter(({ removed }) => !removed).map(({ name }) => name),
      };
    },
  } satisfies Operations<typeof model>;

  return {
    name: 'ssm',
    model: ssmModel,
    protocol: 'json',
    target: 'AmazonSSM',
    invalidInput: 'ValidationException',
    operations,
    access: (operation, input) => accessOf(place, operation, input, (name) => lookUp(name).found),
    resolve: (nameOrArn) => lookUp(nameOrArn).found?.value,
  };
}

function described(found: ParameterVersion, place: Place): model.ParameterMetadata {
  return {
    Name: found.name,
    ARN: parameterArn(place, found.name),
    Type: found.type,
    ...(found.keyId ? { KeyId: found.keyId } : {}),
    ...(found.description ? { Description: found.description } : {}),
    LastModifiedDate: new Date(found.modifiedMs),
    Version: found.version,
    Tier: found.tier,
    DataType: 'text',
    Policies: [],
  };
}
