import { randomUUID } from 'node:crypto';
import { AwsError } from './service.ts';

/** An HTTP request as both doors (socket and requestHandler) bring it. */
export interface CloudRequest {
  method: string;
  /** Path and query string. */
  path: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface CloudResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The connection drops without an answer: what a caller sees of a timeout or of an answer that got lost. */
export class DroppedConnection extends Error {
  override readonly name = 'DroppedConnection';
  /** The SDK retries by this code, as after a real reset. */
  readonly code = 'ECONNRESET';
}

/** The access key of the Authorization header (Signature Version 4); the local system uses role names as key ids. */
export function accessKeyOf(headers: Readonly<Record<string, string>>): string {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'anonymous';
}

/** The region of the same header's credential scope. */
export function regionOf(headers: Readonly<Record<string, string>>): string | undefined {
  return /Credential=[^/,\s]+\/\d+\/([a-z0-9-]+)\//.exec(headers.authorization ?? '')?.[1];
}

/** @throws AwsError SerializationException */
export function parseJson(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}

/** An answer of the JSON protocols; an undefined document is an empty body. */
export function jsonResponse(
  status: number,
  document: unknown,
  type: string,
  extra: Record<string, string> = {},
): CloudResponse {
  return {
    status,
    headers: { 'content-type': type, 'x-amzn-requestid': randomUUID(), ...extra },
    body: document === undefined ? '' : JSON.stringify(document),
  };
}

/**
 * Any error as the AwsError to answer; what is none is a fault of the local cloud.
 * @throws DroppedConnection as it came, for it has no answer.
 */
export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof DroppedConnection) throw error;
  return new AwsError('InternalFailure', `local cloud: ${String((error as Error)?.stack ?? error)}`, 500);
}

/** An AwsError as the JSON protocols answer it. */
export function jsonFailure(error: unknown, type: string, extra: Record<string, string> = {}): CloudResponse {
  const { code, message, status, members } = toAwsError(error);
  // Some errors, such as SSM's ParameterNotFound, have no message.
  const document = { __type: code, message: message || undefined, ...members };
  return jsonResponse(status, document, type, { 'x-amzn-errortype': code, ...extra });
}
