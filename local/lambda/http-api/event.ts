import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteMatch } from './routes.ts';

/** A request as it came over the socket. */
export interface HttpRequest {
  method: string;
  /** Still percent-encoded. */
  rawTarget: string;
  /** Name and value pairs, names in lower case. */
  headers: readonly (readonly [string, string])[];
  body: Buffer;
  sourceIp: string;
}

/**
 * The path as API Gateway's HTTP API passes it on: percent-decoded and cut at a decoded `?`, unlike every other
 * kind of front (github.com/middleapi/standard-server/pull/93). Undefined where it is malformed.
 */
export function pathOf(rawTarget: string): string | undefined {
  try {
    return decodeURIComponent(rawTarget.split('?')[0] ?? '').split('?')[0];
  } catch {
    return undefined;
  }
}

/** Values of one name are joined by commas. */
function joined(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of pairs) result[name] = name in result ? `${result[name]},${value}` : value;
  return result;
}

/** Content types that arrive as text; everything else, forms too, arrives in base64. */
const textual = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i;

function bodyOf(body: Buffer, contentType: string | undefined): Partial<APIGatewayProxyEventV2> {
  if (body.length === 0) return { isBase64Encoded: false };
  const asText = contentType === undefined || textual.test(contentType);
  return { body: body.toString(asText ? 'utf8' : 'base64'), isBase64Encoded: !asText };
}

/** `21/Apr/2020:15:08:21 +0000` */
function clfTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Payload format 2.0. */
export function httpApiEvent(
  request: HttpRequest,
  path: string,
  { route, pathParameters }: RouteMatch,
  place: { account: string; region: string },
): APIGatewayProxyEventV2 {
  const { method, rawTarget, sourceIp } = request;
  const mark = rawTarget.indexOf('?');
  const rawQueryString = mark < 0 ? '' : rawTarget.slice(mark + 1);
  const query = joined(new URLSearchParams(rawQueryString));
  const headers = joined(request.headers.filter(([name]) => name !== 'cookie'));
  const cookies = request.headers.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/;\s*/));
  const routeKey = `${route.method} ${route.path}`;
  const now = new Date();
  const domainName = headers.host ?? 'localhost';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: place.account,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    isBase64Encoded: false,
    ...bodyOf(request.body, headers['content-type']),
  };
}
