import type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../service.ts';

type Item = Record<string, AttributeValue>;

/** A write request as the wire has it; only what the check reads. */
export interface WriteRequest {
  TableName?: string;
  Item?: Item;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

const isEmpty = (value: AttributeValue | undefined): boolean => value?.S === '' || (value as { B?: unknown })?.B === '';

/** What `SET name = :value` assigns; expressions such as if_not_exists are left to dynalite. */
function assigned({ UpdateExpression = '', ExpressionAttributeNames, ExpressionAttributeValues }: WriteRequest): Item {
  const pairs = [...UpdateExpression.matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g)];
  return Object.fromEntries(
    pairs.flatMap(([, name = '', value = '']) => {
      const given = ExpressionAttributeValues?.[value];
      return given ? [[ExpressionAttributeNames?.[name] ?? name, given]] : [];
    }),
  );
}

/**
 * DynamoDB refuses an empty string as the key of a secondary index; dynalite takes it.
 * @throws AwsError ValidationException as DynamoDB words it.
 */
export function checkIndexKeys(table: TableDescription, write: WriteRequest): void {
  const attributes = write.Item ?? assigned(write);
  for (const index of [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]) {
    const key = index.KeySchema?.find(({ AttributeName = '' }) => isEmpty(attributes[AttributeName]));
    if (key)
      throw new AwsError(
        'ValidationException',
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          'The AttributeValue for a key attribute cannot contain an empty string value. ' +
          `IndexName: ${index.IndexName}, IndexKey: ${key.AttributeName}`,
      );
  }
}
