import { randomUUID } from 'node:crypto';
import { type Around, createCalls, type ForwardedService, prepare } from './calls.ts';
import { accessKeyOf, type CloudRequest, type CloudResponse, regionOf } from './http.ts';
import { json } from './json.ts';
import { isQuery, query } from './query.ts';
import { restJson } from './rest.ts';
import type { Caller, Service } from './service.ts';

export type { Around } from './calls.ts';
export type { CloudRequest, CloudResponse } from './http.ts';

export interface Dispatcher {
  /** Rejects only for a DroppedConnection: an injected fault that leaves no answer. */
  handle(request: CloudRequest): Promise<CloudResponse>;
}

/** Routes AWS requests of the JSON, REST JSON and Query protocols to the local services. */
export function createDispatcher(services: (Service | ForwardedService)[], around: Around = {}): Dispatcher {
  const forwarded = services.filter((service) => 'handle' in service);
  const prepared = services.filter((service) => 'operations' in service).map(prepare);
  const calls = createCalls(around);
  return {
    async handle(request) {
      const region = regionOf(request.headers);
      const caller: Caller = {
        accessKeyId: accessKeyOf(request.headers),
        requestId: randomUUID(),
        endpoint: `http://${request.headers.host ?? 'localhost'}`,
        ...(region !== undefined && { region }),
      };
      if (request.headers['x-amz-target']) return json(prepared, forwarded, calls, request, caller);
      if (isQuery(request)) return query(prepared, calls, request, caller);
      return restJson(prepared, calls, request, caller);
    },
  };
}
