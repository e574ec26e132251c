import { randomUUID } from 'node:crypto';
import constraints from './constraints.generated.json' with { type: 'json' };
import { type Constraints, decodeInput, encodeOutput, type Operation, operationsOf } from './schema.ts';
import { type Access, AwsError, type Caller, type Service } from './service.ts';

/** An HTTP request as both doors (socket and requestHandler) bring it. */
export interface CloudRequest {
  method: string;
  /** Path and query string. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}
export interface CloudResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What happens around each call: IAM, injected faults, counting. Throwing an AwsError refuses the call. */
export interface Around {
  authorize?(caller: Caller, accesses: Access[]): void;
  /** Before the operation; may throw, or wait. `after` faults (effect done, answer lost) throw from `after`. */
  before?(service: string, operation: string, input: unknown, caller: Caller): void | Promise<void>;
  after?(service: string, operation: string, input: unknown, caller: Caller): void | Promise<void>;
}

interface Prepared {
  service: Service;
  operations: Map<string, Operation>;
}

/** `AKIA…` of the Authorization header (Signature Version 4); the local system uses role names as key ids. */
export function accessKeyOf(headers: Readonly<Record<string, string>>): string {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'anonymous';
}

function limitsOf(service: string): Constraints {
  return ((constraints as Record<string, Constraints>)[service] ?? {}) as Constraints;
}

function matchRoute(operation: Operation, method: string, pathname: string): Record<string, string> | undefined {
  if (operation.http?.method !== method) return undefined;
  const template = (operation.http.path.split('?')[0] ?? '').split('/');
  const actual = pathname.split('/');
  if (template.length !== actual.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const value = decodeURIComponent(actual[index] ?? '');
    const label = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    if (label) labels[label] = value;
    else if (part !== value) return undefined;
  }
  return labels;
}

export interface Dispatcher {
  handle(request: CloudRequest): Promise<CloudResponse>;
}

/** Routes AWS requests of the JSON, REST JSON and Query protocols to the local services. */
export function createDispatcher(services: Service[], around: Around = {}): Dispatcher {
  const prepared = services.map((service): Prepared => ({ service, operations: operationsOf(service.model) }));

  const answer = (
    status: number,
    document: unknown,
    type: string,
    extra: Record<string, string> = {},
  ): CloudResponse => ({
    status,
    headers: { 'content-type': type, 'x-amzn-requestid': randomUUID(), ...extra },
    body: document === undefined ? '' : JSON.stringify(document),
  });
  const failure = (error: unknown, type: string): CloudResponse => {
    const known =
      error instanceof AwsError
        ? error
        : new AwsError('InternalFailure', `local cloud: ${String((error as Error)?.stack ?? error)}`, 500);
    return answer(known.status, { __type: known.code, message: known.message || undefined, ...known.members }, type, {
      'x-amzn-errortype': known.code,
    });
  };

  async function call(
    { service }: Prepared,
    operation: Operation,
    document: unknown,
    caller: Caller,
  ): Promise<unknown> {
    const run = service.operations[operation.name];
    if (!run)
      throw new AwsError(
        'UnknownOperationException',
        `${operation.name} of ${service.name} is not part of the local cloud (local/cloud/${service.name})`,
      );
    const input = decodeInput(operation, document, service.invalidInput, limitsOf(service.name));
    const accesses = service.access?.(operation.name, input) ?? [
      { action: `${service.name}:${operation.name}`, resource: '*' },
    ];
    around.authorize?.(caller, accesses);
    await around.before?.(service.name, operation.name, input, caller);
    const output = await run(input as never, caller);
    await around.after?.(service.name, operation.name, input, caller);
    return encodeOutput(operation, output);
  }

  async function json(request: CloudRequest, caller: Caller): Promise<CloudResponse> {
    const type = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
    try {
      const [prefix, name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
      const found = prepared.find(({ service }) => service.protocol === 'json' && service.target === prefix);
      const operation = found?.operations.get(name);
      if (!found || !operation) throw new AwsError('UnknownOperationException', `Unknown operation ${prefix}.${name}`);
      return answer(200, await call(found, operation, parse(request.body), caller), type);
    } catch (error) {
      return failure(error, type);
    }
  }

  async function rest(request: CloudRequest, caller: Caller): Promise<CloudResponse> {
    const type = 'application/json';
    const url = new URL(request.path, 'http://local');
    try {
      for (const candidate of prepared) {
        if (candidate.service.protocol !== 'rest-json') continue;
        for (const operation of candidate.operations.values()) {
          const labels = matchRoute(operation, request.method, url.pathname);
          if (!labels) continue;
          const query = queryMembers(operation, url.searchParams);
          const body = request.body ? (parse(request.body) as object) : {};
          const document = await call(candidate, operation, { ...body, ...query, ...labels }, caller);
          return answer(operation.http?.status ?? 200, document, type);
        }
      }
      throw new AwsError('UnknownOperationException', `Unknown operation ${request.method} ${url.pathname}`, 404);
    } catch (error) {
      return failure(error, type);
    }
  }

  return {
    async handle(request) {
      const caller: Caller = { accessKeyId: accessKeyOf(request.headers), requestId: randomUUID() };
      if (request.headers['x-amz-target']) return json(request, caller);
      return rest(request, caller);
    },
  };
}

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}

/** Query-string members by the model's `httpQuery` traits, converted to the type the schema wants. */
function queryMembers(operation: Operation, search: URLSearchParams): Record<string, unknown> {
  const schema = (typeof operation.input === 'function' ? operation.input() : operation.input) as unknown[];
  const names = (schema[4] ?? []) as string[];
  const members = (schema[5] ?? []) as unknown[];
  const result: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const member = members[index];
    const traits = Array.isArray(member) ? (member[1] as { httpQuery?: string } | number) : undefined;
    const key = typeof traits === 'object' ? traits?.httpQuery : undefined;
    const value = key === undefined ? null : search.get(key);
    if (value === null) continue;
    const type = Array.isArray(member) ? member[0] : member;
    result[name] = type === 1 ? Number(value) : type === 2 ? value === 'true' : value;
  }
  return result;
}
