import { setTimeout } from 'node:timers/promises';
import type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { ForwardedService } from '../calls.ts';
import type { CloudRequest, CloudResponse } from '../http.ts';
import type { Place } from '../service.ts';
import { dynamoDbAccess, tableArn } from './access.ts';
import { checkIndexKeys, type WriteRequest } from './index-keys.ts';
import { emitRequest } from './without-socket.ts';

const target = 'DynamoDB_20120810';

interface ConditionalWrite extends WriteRequest {
  Key?: Record<string, AttributeValue>;
  ReturnValuesOnConditionCheckFailure?: string;
}
type Batch = { RequestItems?: Record<string, { PutRequest?: { Item: Record<string, AttributeValue> } }[]> };

/** dynalite's checksum and length are those of its own body. */
function withBody(answer: CloudResponse, body: string): CloudResponse {
  const { 'x-amz-crc32': _, 'content-length': __, ...headers } = answer.headers;
  return { ...answer, headers, body };
}

/** DynamoDB by dynalite, in memory and without a socket; what dynalite lacks and we need is added in front of it. */
export function createDynamoDb({ place }: { place: Place }): ForwardedService {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const tables = new Map<string, TableDescription>();

  const ask = async (operation: string, document: object): Promise<Record<string, unknown> & { status: number }> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${target}.${operation}` };
    const answer = await emitRequest(server, { method: 'POST', path: '/', headers, body: JSON.stringify(document) });
    return { ...JSON.parse(answer.body), status: answer.status };
  };

  const describe = async (name: string): Promise<TableDescription | undefined> => {
    const known = tables.get(name);
    if (known) return known;
    const { Table } = await ask('DescribeTable', { TableName: name });
    if (Table) tables.set(name, Table as TableDescription);
    return Table as TableDescription | undefined;
  };

  async function check(operation: string, document: ConditionalWrite & Batch): Promise<void> {
    const writes: WriteRequest[] =
      operation === 'BatchWriteItem'
        ? Object.entries(document.RequestItems ?? {}).flatMap(([TableName, requests]) =>
            requests.flatMap(({ PutRequest }) => (PutRequest ? [{ TableName, Item: PutRequest.Item }] : [])),
          )
        : [document];
    for (const write of writes) {
      const table = await describe(write.TableName ?? '');
      if (table) checkIndexKeys(table, write);
    }
  }

  /** ReturnValuesOnConditionCheckFailure: the item as it stands just after the refusal, a moment later than on AWS. */
  async function withItem(answer: CloudResponse, { TableName = '', Key, Item }: ConditionalWrite) {
    const names = (await describe(TableName))?.KeySchema?.map(({ AttributeName = '' }) => AttributeName) ?? [];
    const key = Key ?? Object.fromEntries(names.map((name) => [name, Item?.[name]]));
    const found = await ask('GetItem', { TableName, Key: key, ConsistentRead: true });
    if (!found.Item) return answer;
    const body = JSON.stringify({ ...JSON.parse(answer.body), Item: found.Item });
    return withBody(answer, body);
  }

  /** AWS takes seconds to create a table and refuses items meanwhile; here it is ready with the answer. */
  async function active({ TableName = '' }: ConditionalWrite, answer: CloudResponse): Promise<CloudResponse> {
    while ((await describe(TableName))?.TableStatus === 'CREATING') {
      tables.delete(TableName);
      await setTimeout(1);
    }
    return answer;
  }

  /** dynalite's ARNs carry an account of zeros. */
  const ownArns = (answer: CloudResponse): CloudResponse => {
    return withBody(answer, answer.body.replace(/arn:aws:dynamodb:[^:"]*:0{12}:table\//g, tableArn(place, '')));
  };

  async function handle(request: CloudRequest): Promise<CloudResponse> {
    const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const document = JSON.parse(request.body || '{}') as ConditionalWrite & Batch;
    if (/^(DeleteTable|UpdateTable)$/.test(operation)) tables.delete(document.TableName ?? '');
    if (/^(PutItem|UpdateItem|BatchWriteItem)$/.test(operation)) await check(operation, document);
    const answer = await emitRequest(server, request);
    if (operation.endsWith('Table') && answer.status === 200) return ownArns(await active(document, answer));
    const refused = answer.status === 400 && answer.body.includes('ConditionalCheckFailedException');
    if (refused && document.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') return withItem(answer, document);
    return answer;
  }

  return {
    name: 'dynamodb',
    target,
    access: (operation, document) => dynamoDbAccess(place, operation, document),
    handle,
  };
}
