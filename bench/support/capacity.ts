import type { CloudRequest, CloudResponse, Dispatcher } from '../../local/cloud/dispatcher.ts';

export interface Consumed {
  calls: number;
  /** Read and write units, indexes included, as DynamoDB itself reckons them. */
  readUnits: number;
  writeUnits: number;
}

const prefix = 'DynamoDB_20120810.';
const reads: ReadonlySet<string> = new Set(['GetItem', 'Query']);

function unitsOf({ body }: CloudResponse): number {
  const { ConsumedCapacity } = JSON.parse(body || '{}') as { ConsumedCapacity?: { CapacityUnits?: number } };
  return ConsumedCapacity?.CapacityUnits ?? 0;
}

/** Counts every call that comes to the endpoint, and what those to the table consume. */
export function countConsumption(dispatcher: Dispatcher): { take(): Consumed } {
  const handle = dispatcher.handle;
  let consumed: Consumed = { calls: 0, readUnits: 0, writeUnits: 0 };
  dispatcher.handle = async (request: CloudRequest) => {
    consumed.calls += 1;
    const target = request.headers['x-amz-target'] ?? '';
    if (!target.startsWith(prefix)) return handle(request);
    const document = { ...JSON.parse(request.body), ReturnConsumedCapacity: 'INDEXES' };
    const answer = await handle({ ...request, body: JSON.stringify(document) });
    const kind = reads.has(target.slice(prefix.length)) ? 'readUnits' : 'writeUnits';
    consumed[kind] += unitsOf(answer);
    return answer;
  };
  return {
    take() {
      const taken = consumed;
      consumed = { calls: 0, readUnits: 0, writeUnits: 0 };
      return taken;
    },
  };
}
