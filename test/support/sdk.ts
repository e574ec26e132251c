import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import type { CloudRequest, Dispatcher } from '../../local/cloud/dispatcher.ts';

/** A request as the SDK hands it to its requestHandler. */
interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

function queryString(query: SdkRequest['query']): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) search.append(key, item);
  }
  return search.size ? `?${search}` : '';
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  return typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
}

function toCloudRequest(request: SdkRequest): CloudRequest {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]));
  return {
    method: request.method,
    path: `${request.path}${queryString(request.query)}`,
    headers,
    body: textOf(request.body),
  };
}

/**
 * Settings that lead any SDK v3 client into a dispatcher without a socket: `new ECSClient(clientConfig(dispatcher))`.
 * Nothing is signed, but the Authorization header names `accessKey`, which tells whose role is enforced.
 */
export function clientConfig(dispatcher: Dispatcher, accessKey = 'test') {
  const authorization = (region: string) =>
    `AWS4-HMAC-SHA256 Credential=${accessKey}/20261120/${region}/local/aws4_request, SignedHeaders=host, Signature=0`;
  return {
    region: 'us-east-1',
    maxAttempts: 1,
    // What a client would else look for in the environment and in files, and copy for a log that nobody keeps.
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'test',
    ignoreConfiguredEndpointUrls: true,
    logger: {} as NonNullable<ECSClientConfig['logger']>,
    credentials: { accessKeyId: accessKey, secretAccessKey: 'secret' },
    signer: {
      async sign<Request extends { headers: Record<string, string>; hostname?: string }>(
        request: Request,
      ): Promise<Request> {
        // The SDK tells a signer of one's own no region, but the host has it: api.ecr.eu-west-1.amazonaws.com.
        const [, region = 'us-east-1'] = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(request.hostname ?? '') ?? [];
        request.headers.authorization = authorization(region);
        return request;
      },
    },
    requestHandler: {
      async handle(request: SdkRequest) {
        const { status, headers, body } = await dispatcher.handle(toCloudRequest(request));
        return { response: { statusCode: status, headers, body: new Uint8Array(Buffer.from(body)) } };
      },
    },
  };
}
