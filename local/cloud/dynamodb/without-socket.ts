import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { CloudRequest, CloudResponse } from '../http.ts';

/** The part of an HTTP answer that dynalite uses. */
function receiver(done: (response: CloudResponse) => void) {
  const headers: Record<string, string> = {};
  return {
    statusCode: 200,
    setHeader(name: string, value: unknown) {
      headers[name.toLowerCase()] = String(value);
    },
    end(body = '') {
      done({ status: this.statusCode, headers, body });
    },
  };
}

/** Hands a request to a node:http server's listener in this process: no port, no connection. */
export function emitRequest(server: Server, request: CloudRequest): Promise<CloudResponse> {
  return new Promise((resolve) => {
    const headers = {
      ...request.headers,
      // dynalite looks that a signature is there, never whether it is right.
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=0',
      'x-amz-date': '20260101T000000Z',
    };
    const incoming = Object.assign(new EventEmitter(), { method: request.method, url: '/', headers });
    server.emit('request', incoming, receiver(resolve));
    incoming.emit('data', Buffer.from(request.body));
    incoming.emit('end');
  });
}
