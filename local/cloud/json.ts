import type { Calls, ForwardedService, Prepared } from './calls.ts';
import { type CloudRequest, type CloudResponse, jsonFailure, jsonResponse, parseJson, toAwsError } from './http.ts';
import { queryErrorOf } from './schema.ts';
import { AwsError, type Caller } from './service.ts';

/**
 * A service that came from the Query protocol (SQS) answers the old error code beside the new one; its clients
 * look for it: smithy.io/2.0/aws/protocols/aws-query-protocol.html, awsQueryCompatible.
 */
function queryCompatible(found: Prepared | undefined, error: unknown): Record<string, string> {
  if (!found?.service.version) return {};
  const { code, status } = toAwsError(error);
  const query = queryErrorOf(found.service.model, code);
  return { 'x-amzn-query-error': `${query?.code ?? code};${status < 500 ? 'Sender' : 'Receiver'}` };
}

/** The JSON protocols: X-Amz-Target chooses service and operation. */
export async function json(
  prepared: Prepared[],
  forwarded: ForwardedService[],
  calls: Calls,
  request: CloudRequest,
  caller: Caller,
): Promise<CloudResponse> {
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  const [prefix, name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const found = prepared.find(({ service }) => service.protocol === 'json' && service.target === prefix);
  try {
    const document = parseJson(request.body);
    const forward = forwarded.find(({ target }) => target === prefix);
    if (forward) return await calls.forwarded(forward, name, document, request, caller);
    const operation = found?.operations.get(name);
    if (!found || !operation) throw new AwsError('UnknownOperationException', `Unknown operation ${prefix}.${name}`);
    return jsonResponse(200, await calls.modelled(found, operation, document, caller), type);
  } catch (error) {
    return jsonFailure(error, type, queryCompatible(found, error));
  }
}
