import { HonoBase as Hono } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';
import type { LogReader } from '../aws/log-reader.ts';
import type { Config } from '../config/config.ts';
import { BadRequest } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { Log } from '../lambda/runtime.ts';
import type { MaskReader } from '../run/mask-reader.ts';
import type { Stores } from '../store/stores.ts';
import { problemOf, problemResponse } from './problem.ts';
import { authenticate, type Caller, mayDo, type Role } from './tokens.ts';

export interface ApiDeps {
  stores: Stores;
  config: Config;
  log: Log;
  logs: LogReader;
  masks: MaskReader;
  now(): Instant;
  newId(): string;
}

export interface ApiEnvironment {
  Variables: { caller: Caller };
}
export type Api = Hono<ApiEnvironment>;

/** @throws BadRequest 403 where the caller's role does not allow it. */
export function demandRole(caller: Caller, needed: Role): void {
  if (mayDo(caller, needed)) return;
  throw new BadRequest(403, `The token ${caller.id} has the role ${caller.role}; this needs ${needed}`);
}

/** The least role a request needs: reading is for viewers, jobs for operators, what ships for deployers; routes demand more. */
function neededFor(method: string, path: string): Role {
  if (method === 'GET' || method === 'HEAD') return 'viewer';
  return /^\/api\/(?:services|deployments)\//.test(path) ? 'deployer' : 'operator';
}

/** The API without routes: who calls, what they may do, and how refusals and failures are answered and logged. */
export function createApi({ stores, log }: Pick<ApiDeps, 'stores' | 'log'>): Api {
  // One router: Hono's usual pair, the quicker of which suits a server that runs for long, is 5 kB more to load.
  const api: Api = new Hono({ router: new TrieRouter() });
  api.onError((error, context) => {
    const document = problemOf(error);
    const facts = {
      method: context.req.method,
      path: context.req.path,
      status: document.status,
      caller: context.get('caller')?.id,
    };
    if (document.status < 500) log.warn('refused', { ...facts, why: document.detail });
    else log.error('failed', { ...facts, error: error.name, message: error.message });
    return problemResponse(document);
  });
  api.notFound((context) => {
    const why = `There is no ${context.req.method} ${context.req.path}`;
    log.warn('refused', { method: context.req.method, path: context.req.path, status: 404, why });
    return problemResponse(problemOf(new BadRequest(404, why)));
  });
  api.use('*', async (context, next) => {
    const token = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (!token)
      throw new BadRequest(401, 'Send a token: Authorization: Bearer ID.SECRET; npx batuta token create makes one');
    const caller = await authenticate(stores.table, token);
    if (!caller) throw new BadRequest(401, 'The token is not valid; it may have been revoked');
    context.set('caller', caller);
    demandRole(caller, neededFor(context.req.method, context.req.path));
    await next();
    const { method, path } = context.req;
    if (method !== 'GET' && context.res.ok)
      log.info('done', { method, path, status: context.res.status, caller: caller.id });
  });
  return api;
}
