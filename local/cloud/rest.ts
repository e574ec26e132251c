import type { Calls, Prepared } from './calls.ts';
import { type CloudRequest, type CloudResponse, jsonFailure, jsonResponse, parseJson } from './http.ts';
import { memberOf, type Operation, structureOf } from './schema.ts';
import { AwsError, type Caller } from './service.ts';

const type = 'application/json';

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

/** Query-string members by the model's `httpQuery` traits, converted to the type the schema wants. */
function queryMembers(operation: Operation, search: URLSearchParams): Record<string, unknown> {
  const { names, members } = structureOf(operation.input);
  const result: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const { schema, traits } = memberOf(members[index] ?? 0);
    const value = typeof traits.httpQuery === 'string' ? search.get(traits.httpQuery) : null;
    if (value !== null) result[name] = schema === 1 ? Number(value) : schema === 2 ? value === 'true' : value;
  }
  return result;
}

/** The REST JSON protocol (Scheduler): method and path choose the operation. */
export async function restJson(
  prepared: Prepared[],
  calls: Calls,
  request: CloudRequest,
  caller: Caller,
): Promise<CloudResponse> {
  try {
    const url = new URL(`http://local${request.path}`);
    for (const candidate of prepared) {
      if (candidate.service.protocol !== 'rest-json') continue;
      for (const operation of candidate.operations.values()) {
        const labels = matchRoute(operation, request.method, url.pathname);
        if (!labels) continue;
        const query = queryMembers(operation, url.searchParams);
        const document = { ...(parseJson(request.body) as object), ...query, ...labels };
        const answer = await calls.modelled(candidate, operation, document, caller);
        return jsonResponse(operation.http?.status ?? 200, answer, type);
      }
    }
    throw new AwsError('UnknownOperationException', `Unknown operation ${request.method} ${url.pathname}`, 404);
  } catch (error) {
    return jsonFailure(error, type);
  }
}
