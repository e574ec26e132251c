import type { Invocation } from '../runtime/runtime.ts';

export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** API Gateway's own answers. */
export function gatewayAnswer(status: number, message: string): HttpResponse {
  return json(status, { message });
}

function json(status: number, value: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(value)) };
}

interface ProxyResult {
  statusCode: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

function isProxyResult(value: unknown): value is ProxyResult {
  return typeof value === 'object' && value !== null && Number.isInteger((value as ProxyResult).statusCode);
}

/** What a function's result becomes: payload format 2.0, where a result without `statusCode` is a JSON body. */
export function responseOf(invocation: Invocation): HttpResponse {
  if (invocation.kind === 'failed') return gatewayAnswer(500, 'Internal Server Error');
  const result = invocation.payload;
  if (!isProxyResult(result)) return json(200, result ?? null);
  const headers = Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: result.statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(headers),
      ...(result.cookies && { 'set-cookie': result.cookies }),
    },
    body: Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
