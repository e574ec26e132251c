import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../core/time.ts';
import type { Table } from '../store/table.ts';

/** What a caller may do: viewers read, operators also start and stop runs, deployers also deploy, admins everything. */
export const roles = ['viewer', 'operator', 'deployer', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** The token's id: what records and audits name. */
  id: string;
  role: Role;
}

const keyOf = (id: string) => ({ pk: `token#${id}`, sk: 'token' });
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const shape = /^([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{20,200})$/;

/** Whether a token may be named so: lower-case letters, digits and dashes. */
export const isTokenId = (id: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(id);

/** Makes a token `id.secret`; the table keeps only the secret's SHA-256. Undefined where the id is taken. */
export async function createToken(table: Table, id: string, role: Role, now: Instant): Promise<string | undefined> {
  const secret = randomBytes(32).toString('base64url');
  const created = await table.put({ ...keyOf(id), version: 1, role, hash: hashOf(secret), createdAt: now }, 0);
  return created ? `${id}.${secret}` : undefined;
}

/** Revokes at once: each request reads the token's item. False where there is none. */
export async function revokeToken(table: Table, id: string): Promise<boolean> {
  const item = await table.get(keyOf(id));
  return item !== undefined && table.remove(keyOf(id), item.version);
}

/** Whose token it is; undefined for anything that is not a valid one. One read of one item. */
export async function authenticate(table: Table, token: string): Promise<Caller | undefined> {
  const [, id, secret] = shape.exec(token) ?? [];
  if (!id || !secret) return undefined;
  const item = await table.get(keyOf(id));
  if (!item) return undefined;
  const same = timingSafeEqual(Buffer.from(hashOf(secret), 'hex'), Buffer.from(String(item.hash), 'hex'));
  return same ? { id, role: item.role as Role } : undefined;
}

export const mayDo = (caller: Caller, needed: Role): boolean => roles.indexOf(caller.role) >= roles.indexOf(needed);
