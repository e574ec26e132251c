import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaRuntime } from './runtime/runtime.ts';
import type { Stack, StackResource } from './stack/stack.ts';

interface Answer {
  Status: 'SUCCESS' | 'FAILED';
  Reason?: string;
  Data?: Record<string, string>;
}

/** CloudFormation hands every property on as text. */
function textual(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textual);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textual(item)]));
}

/** A URL that takes one answer by PUT, like the presigned one of CloudFormation. */
async function answerBox(): Promise<{ url: string; answer: Promise<Answer>; close(): void }> {
  const path = `/${randomUUID()}`;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // The answer may fail before anyone waits for it.
  promise.catch(() => undefined);
  const server = createServer(async (request, response) => {
    const expected = request.method === 'PUT' && request.url === path;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    response.writeHead(expected ? 200 : 403).end();
    if (!expected) return;
    try {
      resolve(JSON.parse(Buffer.concat(chunks).toString()));
    } catch (cause) {
      reject(new Error('the answer is not JSON', { cause }));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    answer: promise,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function create(
  logicalId: string,
  resource: StackResource,
  runtime: Pick<LambdaRuntime, 'invoke'>,
  stack: Stack,
) {
  const box = await answerBox();
  try {
    const invocation = await runtime.invoke(String(resource.properties.ServiceToken), {
      RequestType: 'Create',
      ServiceToken: resource.properties.ServiceToken,
      ResponseURL: box.url,
      StackId: `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/batuta-${stack.stage}/${randomUUID()}`,
      RequestId: randomUUID(),
      ResourceType: resource.type,
      LogicalResourceId: logicalId,
      ResourceProperties: textual(resource.properties),
    });
    if (invocation.kind === 'failed') throw new Error(invocation.error.errorMessage);
    const silent = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('the function ended without an answer')), 200).unref();
    });
    const answer = await Promise.race([box.answer, silent]);
    if (answer.Status !== 'SUCCESS') throw new Error(answer.Reason ?? 'it answered FAILED without a reason');
  } finally {
    box.close();
  }
}

/**
 * Creates every custom resource of the stack, as CloudFormation does at a first deployment.
 * Rejects, naming the resource, when a function fails, answers FAILED or does not answer.
 */
export async function createCustomResources(stack: Stack, runtime: Pick<LambdaRuntime, 'invoke'>): Promise<void> {
  for (const [logicalId, resource] of Object.entries(stack.resources)) {
    if (!resource.type.startsWith('Custom::')) continue;
    try {
      await create(logicalId, resource, runtime, stack);
    } catch (cause) {
      throw new Error(`The custom resource ${logicalId} (${resource.type}) failed: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}
