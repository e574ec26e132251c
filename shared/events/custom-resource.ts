import { fields, ignored, type Parsed, text } from './parse.ts';

/** What CloudFormation asks of a custom resource; the answer goes to `responseUrl` by PUT. */
export interface CustomResourceRequest {
  requestType: 'Create' | 'Update' | 'Delete';
  responseUrl: string;
  stackId: string;
  requestId: string;
  logicalResourceId: string;
}

export type Outcome = { ok: true; data: Record<string, string> } | { ok: false; reason: string };

export function parseCustomResource(raw: unknown): Parsed<CustomResourceRequest> {
  const event = fields(raw);
  const [requestType, responseUrl] = [text(event.RequestType), text(event.ResponseURL)];
  if (!responseUrl || (requestType !== 'Create' && requestType !== 'Update' && requestType !== 'Delete'))
    return ignored('not a request of CloudFormation for a custom resource');
  if (!URL.canParse(responseUrl)) return ignored('a request of CloudFormation whose ResponseURL is not a URL');
  return {
    kind: 'event',
    value: {
      requestType,
      responseUrl,
      stackId: text(event.StackId) ?? '',
      requestId: text(event.RequestId) ?? '',
      logicalResourceId: text(event.LogicalResourceId) ?? '',
    },
  };
}

// CloudFormation deletes the old resource when this changes, so it never does.
const physicalResourceId = 'batuta-schedules';

/**
 * Answers CloudFormation, which otherwise waits an hour and then fails the stack. `Reason` is cut to
 * what fits its answer of 4 kB (CloudFormation User Guide, "Custom resource response objects").
 * @throws Error when the answer is not taken: Lambda's retry then answers again.
 */
export async function answerCustomResource(
  request: CustomResourceRequest,
  outcome: Outcome,
  send: typeof fetch,
): Promise<void> {
  const response = await send(request.responseUrl, {
    method: 'PUT',
    // S3's presigned URL was signed without a content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: outcome.ok ? 'SUCCESS' : 'FAILED',
      ...(outcome.ok ? { Data: outcome.data } : { Reason: outcome.reason.slice(0, 1000) }),
      PhysicalResourceId: physicalResourceId,
      StackId: request.stackId,
      RequestId: request.requestId,
      LogicalResourceId: request.logicalResourceId,
    }),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
}
