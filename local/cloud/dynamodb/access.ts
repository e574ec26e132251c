import type { Access, Place } from '../service.ts';

export function tableArn(place: Place, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:aws:dynamodb:${place.region}:${place.account}:table/${nameOrArn}`;
}

/** A query of an index needs the index's ARN, everything else the table's; a batch needs each of its tables. */
export function dynamoDbAccess(place: Place, operation: string, document: Readonly<Record<string, unknown>>): Access[] {
  const action = `dynamodb:${operation}`;
  const { TableName, IndexName, RequestItems, ResourceArn } = document;
  if (typeof TableName === 'string') {
    const table = tableArn(place, TableName);
    return [{ action, resource: typeof IndexName === 'string' ? `${table}/index/${IndexName}` : table }];
  }
  if (typeof ResourceArn === 'string') return [{ action, resource: ResourceArn }];
  if (typeof RequestItems === 'object' && RequestItems !== null)
    return Object.keys(RequestItems).map((name) => ({ action, resource: tableArn(place, name) }));
  return [{ action, resource: '*' }];
}
