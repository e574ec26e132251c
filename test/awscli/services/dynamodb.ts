import type { Aws } from '../aws.ts';

const schema = [
  ...['--attribute-definitions', 'AttributeName=pk,AttributeType=S'],
  ...['--key-schema', 'AttributeName=pk,KeyType=HASH', '--billing-mode', 'PAY_PER_REQUEST'],
];

export async function dynamodb(aws: Aws): Promise<void> {
  await aws.gives(['list-tables'], { TableNames: ['batuta-local'] });
  await aws.gives(['describe-table', '--table-name', 'batuta-local'], { Table: { TableStatus: 'ACTIVE' } });
  const table = ['--table-name', 'cli'];
  await aws.gives(['create-table', ...table, ...schema], { TableDescription: { TableName: 'cli' } });
  await aws.gives(['wait', 'table-exists', ...table], {});
  const item = { pk: { S: 'a' }, count: { N: '1' } };
  const put = ['put-item', ...table, '--item', JSON.stringify(item)];
  await aws.gives(put, {});
  const onlyNew = ['--condition-expression', 'attribute_not_exists(pk)'];
  await aws.refuses([...put, ...onlyNew], 'ConditionalCheckFailedException');
  await aws.gives(['get-item', ...table, '--key', '{"pk":{"S":"a"}}'], { Item: item });
  const byKey = ['--key-condition-expression', 'pk = :pk', '--expression-attribute-values', '{":pk":{"S":"a"}}'];
  await aws.gives(['query', ...table, ...byKey], { Count: 1, Items: [item] });
  await aws.gives(['delete-item', ...table, '--key', '{"pk":{"S":"a"}}'], {});
  await aws.gives(['scan', ...table], { Count: 0 });
  await aws.refuses(['get-item', '--table-name', 'none', '--key', '{"pk":{"S":"a"}}'], 'ResourceNotFoundException');
  await aws.gives(['delete-table', ...table], { TableDescription: { TableName: 'cli' } });
}
