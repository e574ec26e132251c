import type { Calls, Prepared } from './calls.ts';
import { type CloudRequest, type CloudResponse, toAwsError } from './http.ts';
import { queryDocument } from './query-input.ts';
import { escapeXml, queryXml } from './query-output.ts';
import { queryErrorOf } from './schema.ts';
import { AwsError, type Caller } from './service.ts';

/** The Query protocol sends a form; SQS's older clients and those of SNS and STS speak it. */
export function isQuery(request: CloudRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

function xmlResponse(status: number, body: string, requestId: string): CloudResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** Where a service's endpoint is not called as its ARNs are. */
const HOSTS: Readonly<Record<string, string>> = { sqs: 'queue', elbv2: 'elasticloadbalancing' };

function namespace(found: Prepared): string {
  const host = HOSTS[found.service.name] ?? found.service.name;
  return `https://${host}.amazonaws.com/doc/${found.service.version}/`;
}

function failure(found: Prepared | undefined, error: unknown, requestId: string): CloudResponse {
  const { code, message, status } = toAwsError(error);
  const shown = (found && queryErrorOf(found.service.model, code)) ?? { code, status };
  const type = shown.status < 500 ? 'Sender' : 'Receiver';
  const detail = `<Type>${type}</Type><Code>${escapeXml(shown.code)}</Code><Message>${escapeXml(message)}</Message>`;
  const xmlns = found ? ` xmlns="${namespace(found)}"` : '';
  const body = `<ErrorResponse${xmlns}><Error>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return xmlResponse(shown.status, body, requestId);
}

/** The Query protocol: Version chooses the service, Action the operation; the answer is XML. */
export async function query(
  prepared: Prepared[],
  calls: Calls,
  request: CloudRequest,
  caller: Caller,
): Promise<CloudResponse> {
  const form = new URLSearchParams(request.body);
  const action = form.get('Action') ?? '';
  const found = prepared.find(
    ({ service }) => service.version !== undefined && service.version === form.get('Version'),
  );
  try {
    const operation = found?.operations.get(action);
    if (!found || !operation)
      throw new AwsError('InvalidAction', `The action ${action} is not valid for this endpoint.`);
    const document = queryDocument(operation.input, form);
    const answer = await calls.modelled(found, operation, document, caller);
    const result = `<${action}Result>${queryXml(operation.output, answer)}</${action}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${caller.requestId}</RequestId></ResponseMetadata>`;
    const body = `<${action}Response xmlns="${namespace(found)}">${result}${metadata}</${action}Response>`;
    return xmlResponse(200, body, caller.requestId);
  } catch (error) {
    return failure(found, error, caller.requestId);
  }
}
